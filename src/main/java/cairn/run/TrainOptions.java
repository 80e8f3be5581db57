package cairn.run;

import cairn.optim.schedule.TrainingTime;
import cairn.recipe.Position;
import cairn.recipe.SaveRule;
import java.util.List;
import java.util.Optional;

/**
 * How long a run is trained, what is saved, and who observes it. None of it changes a number.
 *
 * @param untilStep the step at which training ends
 * @param stop a reason to end earlier
 * @param save when to save, beside the beginning and the end
 * @param keep which checkpoints to keep: a text that {@link cairn.checkpoint.retention.RetentionPolicy#parse} reads
 * @param onSaveError what to do when a checkpoint cannot be saved
 * @param statistics how often layer statistics are measured ({@link Event.LayerStatisticsMeasured}), if ever
 * @param observers receive each {@link Event}
 * @param pace lets the training wait between two steps
 */
public record TrainOptions(long untilStep, StopRule stop, SaveRule save, String keep, OnSaveError onSaveError,
        Optional<TrainingTime> statistics, List<Observer> observers, Pace pace) {

    /**
     * Lets a training wait between two steps, such as for somebody who looks. It gets no state, so it changes no number: only when the next step
     * is made.
     */
    public interface Pace {
        /** As fast as it can. */
        Pace FREE = new Pace() {
            @Override
            public void await(Position now, Runnable rest) {
            }

            @Override
            public boolean isStepwise() {
                return false;
            }
        };

        /**
         * Called before each step; returns when the step may be made, or when the training should look again whether it has to stop.
         *
         * @param rest hands over to other processes what is recorded so far; called before a wait, and now and then
         */
        void await(Position now, Runnable rest);

        /** Whether each step is made alone. Otherwise a GPU makes several at once, and none of them can be waited for. */
        boolean isStepwise();
    }

    public TrainOptions {
        observers = List.copyOf(observers);
    }

    /** Trains to step {@code step}, saves at the beginning and at the end, and keeps every checkpoint. */
    public static TrainOptions until(long step) {
        return new TrainOptions(step, StopRule.never(), SaveRule.parse("end"), "all", OnSaveError.STOP, Optional.empty(), List.of(), Pace.FREE);
    }

    public TrainOptions stop(StopRule rule) {
        return new TrainOptions(untilStep, rule, save, keep, onSaveError, statistics, observers, pace);
    }

    public TrainOptions save(String rule) {
        return new TrainOptions(untilStep, stop, SaveRule.parse(rule), keep, onSaveError, statistics, observers, pace);
    }

    public TrainOptions keep(String rules) {
        return new TrainOptions(untilStep, stop, save, rules, onSaveError, statistics, observers, pace);
    }

    public TrainOptions onSaveError(OnSaveError action) {
        return new TrainOptions(untilStep, stop, save, keep, action, statistics, observers, pace);
    }

    public TrainOptions statistics(Optional<TrainingTime> every) {
        return new TrainOptions(untilStep, stop, save, keep, onSaveError, every, observers, pace);
    }

    public TrainOptions observers(Observer... all) {
        return observers(List.of(all));
    }

    public TrainOptions observers(List<Observer> all) {
        return new TrainOptions(untilStep, stop, save, keep, onSaveError, statistics, all, pace);
    }

    public TrainOptions pace(Pace other) {
        return new TrainOptions(untilStep, stop, save, keep, onSaveError, statistics, observers, other);
    }
}
