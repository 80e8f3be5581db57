package cairn.run;

import cairn.journal.RecordedSeries;
import cairn.recipe.Position;
import cairn.train.StepReport;
import cairn.train.Trainer;
import java.io.UncheckedIOException;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongToIntFunction;

/**
 * The means over the rows of a training while it goes on: over the rows of the epoch so far, which are {@link TrainMeans}, and the loss over
 * those since the evaluation before.
 *
 * <p>Law: a resumed run has the means of an uninterrupted one, to the last bit, because it takes the numbers of earlier steps from the
 * journal. If the journal does not know one of them, the mean is unknown. A branch counts only steps of its own.
 */
final class RunningMeans {

    /** Means in progress. */
    private static final class Sums {
        private double losses;
        private double weights;
        private long right;
        private long answers;
        private boolean isLossKnown = true;
        private boolean isAccuracyKnown = true;

        void add(double loss, double weight) {
            losses += loss * weight;
            weights += weight;
        }

        TrainMeans means() {
            return new TrainMeans(losses, weights, right, answers, isLossKnown, isAccuracyKnown);
        }
    }

    /** What the journal says of steps, and how many rows these had. */
    private record Recorded(RecordedSeries journal, LongToDoubleFunction weights, LongToIntFunction answers) {

        Sums sums(long from, long to) {
            Sums sums = new Sums();
            for (long step = from + 1; step <= to; step++) {
                if (number(Series.LOSS, step).isEmpty() && journal.has(Series.FAULT, step)) {
                    continue;
                }
                OptionalDouble loss = number(Series.LOSS, step);
                OptionalDouble accuracy = number(Series.ACCURACY, step);
                int asked = answers.applyAsInt(step - 1);
                sums.isLossKnown &= loss.isPresent();
                sums.isAccuracyKnown &= accuracy.isPresent() || asked == 0;
                sums.add(loss.orElse(0), weights.applyAsDouble(step - 1));
                // The nearest whole number: the quotient of the two was rounded once.
                sums.right += Math.round(accuracy.orElse(0) * asked);
                sums.answers += asked;
            }
            return sums;
        }

        OptionalDouble number(String series, long step) {
            try {
                return journal.number(series, step);
            } catch (UncheckedIOException noNumber) {
                return OptionalDouble.empty();
            }
        }
    }

    private Sums sinceEvaluation = new Sums();
    private Sums ofEpoch = new Sums();

    private RunningMeans() {
    }

    /** Of a training whose earlier steps do not count. */
    static RunningMeans beginning() {
        return new RunningMeans();
    }

    /**
     * Of a run that continues.
     *
     * @param origin the step at which the run began
     * @param journal reads the losses, the accuracies and the faults from one step to another
     */
    static RunningMeans continued(Trainer trainer, long origin, BiFunction<Long, Long, RecordedSeries> journal) {
        Position now = trainer.position();
        RunningMeans means = new RunningMeans();
        if (now.step() == 0) {
            return means;
        }
        long interval = Math.max(1, trainer.recipe().evaluate().every().inSteps(now.stepsPerEpoch()));
        // The evaluation or the end of an epoch at the step itself ends what came before it, whether it was made or not yet.
        long evaluation = before(now.step(), interval);
        long epoch = before(now.step(), now.stepsPerEpoch());
        RecordedSeries journaled = journal.apply(Math.min(evaluation, epoch), now.step());
        Recorded recorded = new Recorded(journaled, trainer.data().batchWeights(trainer.recipe()), trainer.data().batchAnswers(trainer.recipe()));
        // What a rollback has moved into a run of its own has the rows of the steps before too.
        long first = recorded.number(Series.LOSS, origin).isPresent() || journaled.has(Series.FAULT, origin) ? 0 : origin;
        means.sinceEvaluation = recorded.sums(Math.max(first, evaluation), now.step());
        means.ofEpoch = recorded.sums(Math.max(first, epoch), now.step());
        if (trainer.progress().evaluatedAt() == now.step()) {
            means.evaluated();
        }
        return means;
    }

    /** The largest multiple of {@code interval} below {@code step}. */
    private static long before(long step, long interval) {
        return (step - 1) / interval * interval;
    }

    /** Counts a step that led to {@code position}. */
    void stepped(StepReport report, Position position) {
        if ((position.step() - 1) % position.stepsPerEpoch() == 0) {
            ofEpoch = new Sums();
        }
        if (report.action().isEmpty()) {
            sinceEvaluation.add(report.loss(), report.weight());
            ofEpoch.add(report.loss(), report.weight());
            ofEpoch.right += report.right();
            ofEpoch.answers += report.answers();
        }
    }

    /** The mean loss since the evaluation before, at an evaluation. Then the next mean begins. */
    OptionalDouble evaluated() {
        OptionalDouble loss = sinceEvaluation.means().loss();
        sinceEvaluation = new Sums();
        return loss;
    }

    /** The means of the epoch so far; at its end, of the whole epoch. */
    TrainMeans ofEpoch() {
        return ofEpoch.means();
    }
}
