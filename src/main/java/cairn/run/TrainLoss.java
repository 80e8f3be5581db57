package cairn.run;

import cairn.journal.RecordedSeries;
import cairn.recipe.Position;
import cairn.train.StepReport;
import cairn.train.Trainer;
import java.io.UncheckedIOException;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.LongToDoubleFunction;

/**
 * The loss of a training as a mean over rows, Σ row losses / Σ row weights: over the batches since the evaluation before, and over those of
 * the epoch. The loss of a row is the one before the update of its batch. A batch that a recovery rule has skipped does not count.
 *
 * <p>Law: a resumed run has the means of an uninterrupted one, to the last bit, because it takes the losses of earlier steps from the journal.
 * If the journal does not know one of them, the mean is unknown. A branch counts only steps of its own.
 */
final class TrainLoss {

    /** A mean in progress. */
    private static final class Mean {
        private double losses;
        private double weights;
        private boolean isWhole = true;

        void add(double loss, double weight) {
            losses += loss * weight;
            weights += weight;
        }

        OptionalDouble value() {
            return isWhole && weights > 0 ? OptionalDouble.of(losses / weights) : OptionalDouble.empty();
        }
    }

    private Mean sinceEvaluation = new Mean();
    private Mean ofEpoch = new Mean();
    private OptionalDouble atEvaluation = OptionalDouble.empty();
    /** Whether a step was made since the last evaluation. */
    private boolean isOpen;

    private TrainLoss() {
    }

    /** Of a training whose earlier steps do not count. */
    static TrainLoss beginning() {
        return new TrainLoss();
    }

    /**
     * Of a run that continues.
     *
     * @param origin the step at which the run began
     * @param journal reads the losses and the faults from one step to another
     */
    static TrainLoss continued(Trainer trainer, long origin, BiFunction<Long, Long, RecordedSeries> journal) {
        Position now = trainer.position();
        long interval = Math.max(1, trainer.recipe().evaluate().every().inSteps(now.stepsPerEpoch()));
        // The evaluation at the step itself ends what came before it, whether it was made or not yet.
        long evaluation = now.step() > 0 && now.step() % interval == 0 ? now.step() - interval : now.step() - now.step() % interval;
        long epoch = now.step() - now.stepInEpoch();
        TrainLoss loss = new TrainLoss();
        if (now.step() > 0) {
            RecordedSeries recorded = journal.apply(Math.min(evaluation, epoch), now.step());
            // What a rollback has moved into a run of its own has the rows of the steps before too.
            long first = number(recorded, origin).isPresent() || recorded.has(Series.FAULT, origin) ? 0 : origin;
            LongToDoubleFunction weights = trainer.data().batchWeights(trainer.recipe());
            loss.isOpen = evaluation < now.step();
            loss.sinceEvaluation = recorded(recorded, weights, Math.max(first, evaluation), now.step());
            loss.ofEpoch = recorded(recorded, weights, Math.max(first, epoch), now.step());
        }
        if (trainer.progress().evaluatedAt() == now.step()) {
            loss.evaluated();
        }
        return loss;
    }

    private static Mean recorded(RecordedSeries recorded, LongToDoubleFunction weights, long from, long to) {
        Mean mean = new Mean();
        for (long step = from + 1; step <= to; step++) {
            OptionalDouble loss = number(recorded, step);
            if (loss.isPresent()) {
                mean.add(loss.getAsDouble(), weights.applyAsDouble(step - 1));
            } else {
                mean.isWhole &= recorded.has(Series.FAULT, step);
            }
        }
        return mean;
    }

    private static OptionalDouble number(RecordedSeries recorded, long step) {
        try {
            return recorded.number(Series.LOSS, step);
        } catch (UncheckedIOException noNumber) {
            return OptionalDouble.empty();
        }
    }

    /** Counts a step. */
    void stepped(StepReport report) {
        isOpen = true;
        if (report.action().isEmpty()) {
            sinceEvaluation.add(report.loss(), report.weight());
            ofEpoch.add(report.loss(), report.weight());
        }
    }

    /** The mean since the evaluation before, at an evaluation. Then the next mean begins. */
    OptionalDouble evaluated() {
        atEvaluation = sinceEvaluation.value();
        sinceEvaluation = new Mean();
        isOpen = false;
        return atEvaluation;
    }

    /** The mean of the epoch, at its end. Then the next one begins. */
    OptionalDouble epochTrained() {
        OptionalDouble mean = ofEpoch.value();
        ofEpoch = new Mean();
        return mean;
    }

    /** The mean since the last evaluation; of one just made, its own. */
    OptionalDouble last() {
        return isOpen ? sinceEvaluation.value() : atEvaluation;
    }
}
