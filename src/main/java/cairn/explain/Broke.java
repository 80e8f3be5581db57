package cairn.explain;

import cairn.explain.Finding.Certainty;
import cairn.run.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A number that is not finite: where it came up first, and at which step. The last steps are made again and looked at from within, layer by
 * layer: first the features of the batch, then the outputs, then the gradients. Certain, because it is seen and not inferred.
 */
final class Broke implements Rule {
    private static final String NON_FINITE = "non-finite";

    /** Whether this reason for a stop is a fault. */
    static boolean isFault(String reason) {
        return reason.contains("in the step after");
    }

    private static boolean isNotFinite(String problem) {
        return problem.contains("NaN") || problem.contains("Infinity");
    }

    @Override
    public Optional<Finding> find(Symptoms s) {
        return s.fault().filter(f -> isNotFinite(f.problem())).map(f -> seen(s, f)).or(() -> recorded(s)).or(() -> recovered(s));
    }

    private static Finding seen(Symptoms s, Symptoms.Broken fault) {
        String where = fault.isInFeatures() ? "The features of the batch are not finite before they reach a layer, so the data is the cause"
                : fault.layer().map(l -> fault.isInGradient() ? "The forward pass is finite; in the backward pass " + l
                + " is the first whose"
                        + " gradient is not" : "In the forward pass " + l + " is the first whose output is not finite")
                        .orElse("The outputs of all layers are finite, so the loss itself is the first that is not");
        List<Evidence> evidence = new ArrayList<>(List.of(Evidence.of("updates that were made before it", fault.step(), fault.step())));
        s.looks().stream().filter(r -> r.from() <= fault.step()).reduce((a, b) -> b).flatMap(r -> r.largest("update-ratio"))
                .ifPresent(u -> evidence.add(Evidence.of("the largest update relative to the weights shortly before, of " + u.layer(),
                u.value(), u.step())));
        Finding found = Finding.of(Illness.NOT_FINITE, Certainty.CERTAIN, fault.step(), "After " + fault.step() + " updates "
                + fault.problem() + ". "
                + where + ".", evidence).rows(fault.rows());
        long from = Math.max(1, fault.step() - 9);
        Next look = fault.step() > 0 ? new Next.Watch(from, fault.step(), fault.isInGradient() ? Next.What.GRADIENTS
                : Next.What.ACTIVATIONS, Optional.empty(),
                "the steps before it") : new Next.Plot(List.of(Series.LOSS), "the loss");
        return fault.layer().map(found::in).orElse(found).seenIn(look, new Next.Rows(fault.step(), "train", fault.rows().stream()
                .limit(Finding.MOST_ROWS).toList(), "the rows of its batch"))
                .decidedBy(new Next.Branch(fault.step(), "skipped", Map.of("recovery", "{}"),
                "the same training, which skips such a batch"));
    }

    private static Optional<Finding> recorded(Symptoms s) {
        return Optional.ofNullable(s.course().stopped().lastEntry()).filter(e -> isFault(e.getValue()) && isNotFinite(e.getValue()))
                .filter(e -> s.course().isEmpty() || e.getKey() >= s.course().last())
                .map(e -> Finding.of(Illness.NOT_FINITE, Certainty.CERTAIN, e.getKey(), "The training stopped: " + e.getValue() + ".",
                        List.of(Evidence.of("updates that were made before it", e.getKey(), e.getKey())))
                        .decidedBy(new Next.Branch(e.getKey(), "skipped", Map.of("recovery", "{}"),
                        "the same training, which skips such a batch")));
    }

    private static Optional<Finding> recovered(Symptoms s) {
        List<Long> steps = s.course().faults().entrySet().stream().filter(e -> e.getValue().startsWith(NON_FINITE)).map(Map.Entry::getKey)
                .toList();
        return steps.isEmpty() ? Optional.empty() : Optional.of(Finding.of(Illness.NOT_FINITE, Certainty.CERTAIN, steps.get(0), "At "
                + (steps.size() == 1 ? "step " + steps.get(0) : steps.size() + " steps, the first is " + steps.get(0) + ",")
                + " the loss or gradient was"
                + " not finite. The recovery rule of the recipe acted, and the training went on.",
                List.of(Evidence.of("how often the recovery rule acted on it", steps.size(), steps.get(0))))
                .seenIn(new Next.Plot(List.of(Series.LOSS), "the loss of each step")));
    }
}
