package cairn.explain;

import cairn.explain.Finding.Certainty;
import cairn.run.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Loss spikes: single batches with a loss far above that of the batches before. Over the 50 losses before a step, with median m and
 * s = 1.4826 · the median of |loss - m|, a loss l is a spike if all of these hold:
 *
 * <pre>
 *     (l - m) / s    ill from 10     (the rule of the recovery of recipes, with the same robust deviation)
 *     l / m          ill from 3
 *     l / chance     ill from 1      a batch with some hard rows stays below the loss of a constant output
 *     m / chance     ill below 1     the other batches are learned
 * </pre>
 *
 * If more than a twentieth of the steps are such, the training is unstable, which is no spike.
 */
final class LossSpikes implements Rule {
    static final double DEVIATIONS = 10;
    static final double TIMES = 3;
    static final double MOST = 0.05;
    static final int WINDOW = 50;
    static final int FEWEST_BEFORE = 20;

    /** The spikes of a course, without their rows. */
    static List<Symptoms.Spike> of(Course course, double chance) {
        List<Symptoms.Spike> spikes = new ArrayList<>();
        List<Long> steps = List.copyOf(course.losses().keySet());
        List<Double> losses = List.copyOf(course.losses().values());
        for (int i = FEWEST_BEFORE; i < losses.size(); i++) {
            double loss = losses.get(i);
            if (loss >= chance) {
                double[] before = losses.subList(Math.max(0, i - WINDOW), i).stream().mapToDouble(Double::doubleValue).toArray();
                double median = Course.median(before);
                double mad = Course.median(Arrays.stream(before).map(l -> Math.abs(l - median)).toArray());
                double deviations = (loss - median) / Math.max(1.4826 * mad, 1e-9 * Math.max(1, median));
                if (deviations >= DEVIATIONS && loss >= TIMES * median && median < chance) {
                    spikes.add(new Symptoms.Spike(steps.get(i), loss, median, deviations, List.of(), List.of()));
                }
            }
        }
        return spikes.size() > MOST * losses.size() ? List.of() : spikes;
    }

    @Override
    public Optional<Finding> find(Symptoms s) {
        if (s.spikes().isEmpty()) {
            return Optional.empty();
        }
        Symptoms.Spike worst = s.spikes().stream().max(Comparator.comparingDouble(Symptoms.Spike::loss)).get();
        List<Evidence> evidence = new ArrayList<>();
        for (Symptoms.Spike spike : s.spikes().stream().limit(3).toList()) {
            evidence.add(Evidence.above("the loss of the batch, " + Evidence.number(spike.loss())
                    + ", in robust deviations above the median of "
                    + Evidence.number(spike.usual()), spike.deviations(), DEVIATIONS, spike.step()));
        }
        for (int i = 0; i < Math.min(3, worst.rows().size()); i++) {
            evidence.add(Evidence.of("the loss of row " + worst.rows().get(i) + " in it", worst.rowLosses().get(i), worst.step()));
        }
        String where = s.spikes().stream().limit(5).map(p -> Long.toString(p.step())).collect(Collectors.joining(", "));
        Finding found = Finding.of(Illness.LOSS_SPIKES, Certainty.CERTAIN, s.spikes().get(0).step(), (s.spikes().size() == 1
                ? "The batch of step " + where
                + " has" : s.spikes().size() + " batches, of the steps " + where + (s.spikes().size() > 5 ? ", ..." : "") + ", have")
                + " a loss far above"
                + " the others" + (worst.rows().isEmpty() ? "." : ". Its largest share comes from the rows named below."), evidence);
        Next plot = new Next.Plot(List.of(Series.LOSS), "the loss of each step");
        return Optional.of((worst.rows().isEmpty() ? found.seenIn(plot) : found.rows(worst.rows()).seenIn(plot,
                new Next.Rows(worst.step() - 1, "train", worst.rows().stream().limit(Finding.MOST_ROWS).toList(),
                        "the rows with the largest losses in it")))
                .decidedBy(s.changed("guarded", "recovery", "{spike: {}}", "the same training, which skips such batches")));
    }
}
