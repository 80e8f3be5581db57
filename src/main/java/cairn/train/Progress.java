package cairn.train;

import cairn.metrics.Evaluation;
import cairn.optim.schedule.Plateau;
import cairn.optim.schedule.PlateauMemory;
import cairn.recipe.Recipe;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The part of the state that evaluations change: the best metric so far, the number of evaluations since then, and the memory of the
 * plateau rule. Only the evaluations that the recipe asks for are recorded.
 */
public final class Progress implements Snapshottable {
    private final Recipe.Evaluate monitored;
    private final Optional<PlateauMemory> plateau;
    private double best;
    private double last;
    private long bestStep = -1;
    private long evaluatedAt = -1;
    private long evaluations;
    private long evaluationsSinceBest;

    Progress(Recipe.Evaluate monitored, Optional<Plateau> plateau) {
        this.monitored = monitored;
        this.best = monitored.largerIsBetter() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        this.last = Double.NaN;
        this.plateau = plateau.map(Plateau::memory);
    }

    /** Records the monitored metric after {@code step} updates. NaN is never the best. */
    void record(long step, double metric) {
        evaluations++;
        evaluatedAt = step;
        last = metric;
        if (monitored.largerIsBetter() ? metric > best : metric < best) {
            best = metric;
            bestStep = step;
            evaluationsSinceBest = 0;
        } else {
            evaluationsSinceBest++;
        }
        plateau.ifPresent(p -> p.observe(metric));
    }

    /** The best monitored metric so far; infinite before the first evaluation. */
    public double best() {
        return best;
    }

    /** The step of the best evaluation; -1 before the first. */
    public long bestStep() {
        return bestStep;
    }

    /** The step of the last evaluation; -1 before the first. */
    public long evaluatedAt() {
        return evaluatedAt;
    }

    /** The number of evaluations. */
    public long evaluations() {
        return evaluations;
    }

    /** The number of evaluations since the best one; patience counts them. */
    public long evaluationsSinceBest() {
        return evaluationsSinceBest;
    }

    /** The factor of the learning rate that the plateau rule gives. */
    public double rateFactor() {
        return plateau.isPresent() ? plateau.get().factor() : 1;
    }

    /**
     * The metrics of the evaluation at {@code step}, by name, the monitored one first; empty if no evaluation was made there.
     *
     * @param evaluation the evaluation of that step with all its measures, if it is known
     */
    public Map<String, Double> metrics(long step, Optional<Evaluation> evaluation) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        if (evaluatedAt == step) {
            metrics.put(monitored.monitor(), last);
            evaluation.ifPresent(e -> e.measures().forEach((name, estimate) -> metrics.putIfAbsent(name, estimate.value())));
        }
        return metrics;
    }

    @Override
    public void slots(Slots s) {
        s.real("best", () -> best, v -> best = v);
        s.real("last", () -> last, v -> last = v);
        s.integer("best-step", () -> bestStep, v -> bestStep = v);
        s.integer("evaluated-at", () -> evaluatedAt, v -> evaluatedAt = v);
        s.integer("evaluations", () -> evaluations, v -> evaluations = v);
        s.integer("evaluations-since-best", () -> evaluationsSinceBest, v -> evaluationsSinceBest = v);
        plateau.ifPresent(p -> s.child("plateau", p));
    }
}
