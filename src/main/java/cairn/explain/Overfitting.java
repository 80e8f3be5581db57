package cairn.explain;

import cairn.explain.Finding.Certainty;
import cairn.run.Series;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * Overfitting: the loss of the rows that are not trained on rises while that of the training falls.
 *
 * <pre>
 *     rise = (V_end - V_best) / (chance - least)    ill from 0.2, with V_best the least evaluated loss, V_end the mean of the last tenth
 *     fall = T_end / T_best                         ill up to 0.9, with T the mean training loss of a tenth of the steps, up to there
 *     heart = T_end / V_best                        ill up to 0.9: the training rows are known better than others ever were
 *     left = the share of the loss that is left     ill up to 0.5: the training itself goes well
 * </pre>
 *
 * Prechelt, "Early stopping - but when?" (1998) calls V_end / V_best - 1 the generalization loss; it is measured in units of what can be
 * learned here, because a V_best near 0 makes a ratio of nothing. The recipes of Cairn rise by up to 0.08.
 */
final class Overfitting implements Rule {
    static final double RISE = 0.2;
    static final double FALL = 0.9;
    static final double LEFT = 0.5;
    static final int FEWEST = 5;

    @Override
    public Optional<Finding> find(Symptoms s) {
        NavigableMap<Long, Double> evaluated = s.course().evaluatedLoss();
        if (evaluated.size() < FEWEST || s.chance().isEmpty() || s.chance().getAsDouble() <= s.least()) {
            return Optional.empty();
        }
        long best = s.course().bestEvaluated().orElseThrow();
        int last = Math.max(1, evaluated.size() / 10);
        double end = evaluated.values().stream().skip(evaluated.size() - last).mapToDouble(Double::doubleValue).average().orElseThrow();
        double rise = (end - evaluated.get(best)) / (s.chance().getAsDouble() - s.least());
        double around = trained(s, best);
        double after = trained(s, evaluated.lastKey());
        if (!(rise >= RISE) || !(after <= FALL * around) || !(after <= FALL * evaluated.get(best))
                || s.left().orElse(1) > LEFT) {
            return Optional.empty();
        }
        String patience = String.valueOf(Math.max(3, evaluated.headMap(best, true).size() / 2));
        return Optional.of(Finding.of(Illness.OVERFITTING, Certainty.CERTAIN, best, "Since step " + best
                + " the loss of the rows that are not trained"
                        + " on rises, from " + Evidence.number(evaluated.get(best)) + " to " + Evidence.number(end)
                        + ", while that of the training falls"
                        + " from " + Evidence.number(around) + " to " + Evidence.number(after) + ". The model learns these rows by heart.",
                List.of(Evidence.above("the rise of the evaluated loss, relative to what can be learned", rise, RISE, evaluated.lastKey()),
                        Evidence.below("the training loss relative to that at step " + best, after / around, FALL, evaluated.lastKey()),
                        Evidence.below("the training loss relative to the best evaluated one", after / evaluated.get(best), FALL,
                                evaluated.lastKey())))
                .seenIn(new Next.Plot(List.of(Series.EPOCH_LOSS, Series.evaluation("loss")), "both losses"),
                        new Next.Evaluate(best, "validation", "the model before it"))
                .decidedBy(new Next.Edit("other-model", "model",
                "Give the model fewer units or dropout, or the optimizer a weight-decay; more rows help most"),
                        new Next.Retrain("stopped-early", Map.of("run.patience", patience), "the same training, which ends after "
                                + patience
                                + " evaluations without improvement")));
    }

    /** The mean loss of the steps up to a step, about a tenth of the run. */
    private static double trained(Symptoms s, long step) {
        int window = Math.max(1, s.course().size() / 10);
        NavigableMap<Long, Double> before = s.course().losses().headMap(step, true);
        return before.descendingMap().values().stream().limit(window).filter(Double::isFinite).mapToDouble(Double::doubleValue).average()
                .orElse(Double.NaN);
    }
}
