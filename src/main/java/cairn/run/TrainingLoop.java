package cairn.run;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.metrics.Evaluation;
import cairn.recipe.Position;
import cairn.recipe.SaveInterval;
import cairn.recipe.SaveRule;
import cairn.recovery.TrainingFaultException;
import cairn.train.LayerStatistics;
import cairn.train.StepHook;
import cairn.train.StepReport;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The training loop: step, evaluate if due, save if due, until a stop rule is met. It reports everything as an {@link Event}.
 *
 * @param keep which checkpoints are kept
 * @param store where checkpoints are stored
 * @param facts the facts that a checkpoint records about the machine and the time
 * @param means the means over the rows of the steps before, which go on
 * @param clock nanoseconds, for saving by time and for the cost of saving; it decides when to save and changes no number
 */
public record TrainingLoop(Trainer trainer, TrainOptions options, RetentionPolicy keep, CheckpointStore store,
        Supplier<Map<String, String>> facts, Supplier<RunningMeans> means, LongSupplier clock) {

    /** A loop whose means begin where the trainer is. */
    public TrainingLoop(Trainer trainer, TrainOptions options, RetentionPolicy keep, CheckpointStore store,
            Supplier<Map<String, String>> facts, LongSupplier clock) {
        this(trainer, options, keep, store, facts, RunningMeans::beginning, clock);
    }

    /** Trains until the stop rule is met; returns the reason. On return the last state is saved. */
    public String run() throws IOException {
        try (BackgroundSaver saver = new BackgroundSaver(store, keep, clock, this::committed)) {
            return new Session(saver).run();
        }
    }

    /** The variables of one run of the loop. They change no number of the training. */
    private final class Session implements Stepper.Listener {
        private final BackgroundSaver saver;
        private final StopRule stop = StopRule.atStep(options.untilStep()).or(options.stop());
        private final Stepper stepper = new Stepper(trainer, this, stop::isUrgent, this::hook, this::needsState);
        private final LayerStatistics statistics = LayerStatistics.of(trainer);
        private final RunningMeans running = means.get();
        private final long startedAt = clock.getAsLong();
        private Optional<Event.Evaluated> newest = Optional.empty();
        private Optional<String> stopReason = Optional.empty();
        /** Why rows of the journal are missing. Training stops then, unless it should continue. */
        private Optional<IOException> lostRows = Optional.empty();
        private SaveCosts costs = SaveCosts.NONE;
        private long savedAt = startedAt;
        private long savedStep = -1;
        private double stepSeconds;
        private long steps;
        private long stepBegan;

        Session(BackgroundSaver saver) {
            this.saver = saver;
        }

        String run() throws IOException {
            begin();
            try {
                while (!isStopped() && lostRows.isEmpty()) {
                    stepper.step();             // one update; on a GPU several, if the states between them are not needed
                    stepper.evaluateIfDue();
                    saveIfDue();
                }
            } catch (TrainingFaultException e) {
                throw failed(e);
            }
            return end();
        }

        private boolean isStopped() {
            stopReason = reason(trainer.position());
            if (stopReason.isEmpty()) {
                options.pace().await(trainer.position(), this::rest);
                stopReason = reason(trainer.position());
            }
            return stopReason.isPresent();
        }

        /** Whoever looks from outside sees everything so far. */
        private void rest() {
            emit(new Event.Resting(trainer.position()));
        }

        private Optional<String> reason(Position position) {
            return stop.met(position, trainer.progress());
        }

        private void begin() throws IOException {
            emit(new Event.Started(trainer.position()));
            boolean isStored = store.steps().contains(trainer.position().step());
            if (trainer.isEvaluationDue()) {
                // The checkpoint is from before this evaluation, because the evaluation was cancelled.
                stepper.evaluateIfDue();
                if (isStored && !trainer.isEvaluationDue()) {
                    emit(new Event.Saving(trainer.position(), trainer.isEvaluationDue()));
                    saver.replace(trainer.position(), trainer, facts.get(), metrics());
                }
            }
            if (isStored) {
                savedStep = trainer.position().step();
            }
            // Training waits for the first save, so that a full or read-only disk is noticed before the first epoch.
            saveAndWait();
            checkRecords();
        }

        private String end() throws IOException {
            saveAndWait();
            requireRecords();
            String reason = stopReason.orElseThrow();
            SaveCosts all = costs.after(secondsSince(startedAt));
            Optional<SaveInterval.Choice> auto = costs.saves() == 0 || steps == 0 ? Optional.empty()
                    : options.save().auto().map(rule -> SaveInterval.Choice.of(rule, costs.secondsPerSave(), stepSeconds / steps));
            emit(new Event.Stopped(trainer.position(), reason, all, auto, running.ofEpoch()));
            checkRecords();
            requireRecords();
            return reason;
        }

        /** Saves the state before the bad update, and then reports the fault. */
        private TrainingFaultException failed(TrainingFaultException e) throws IOException {
            saveAndWait();
            emit(new Event.Failed(trainer.position(), e.fault()));
            return e;
        }

        // --- saving

        private void saveIfDue() throws IOException {
            report(saver.poll());
            if (options.save().due(moment(trainer.position()))) {
                save();
            }
            checkRecords();
        }

        /** Whether the loop may save or stop at {@code step}. */
        private boolean needsState(long step) {
            Position then = new Position(step, trainer.position().stepsPerEpoch());
            return options.pace().isStepwise() || reason(then).isPresent() || options.save().due(moment(then));
        }

        private SaveRule.Moment moment(Position position) {
            return new SaveRule.Moment(position, isBest(position), secondsSince(savedAt),
                    costs.saves() == 0 ? OptionalDouble.empty() : OptionalDouble.of(costs.secondsPerSave()),
                    steps == 0 ? OptionalDouble.empty() : OptionalDouble.of(stepSeconds / steps));
        }

        /** Captures the state now. It is written while training goes on. */
        private void save() throws IOException {
            emit(new Event.Saving(trainer.position(), trainer.isEvaluationDue()));
            if (trainer.isEvaluationDue()) {
                // The state before an evaluation that was cancelled. It may differ from one that is recorded for this step.
                saver.replace(trainer.position(), trainer, facts.get(), metrics());
            } else {
                saver.save(trainer.position(), trainer, facts.get(), metrics());
            }
            savedStep = trainer.position().step();
            savedAt = clock.getAsLong();
        }

        /** Saves this step if it is not saved yet, and waits until everything is written. This save must succeed. */
        private void saveAndWait() throws IOException {
            if (savedStep != trainer.position().step()) {
                save();
            }
            long begin = clock.getAsLong();
            BackgroundSaver.Outcome outcome = saver.drain();
            costs = costs.waited(secondsSince(begin));
            report(outcome);
            for (BackgroundSaver.Failed f : outcome.failed()) {
                if (f.position().step() == savedStep && !f.isSaved()) {
                    throw f.asException();
                }
            }
        }

        private void report(BackgroundSaver.Outcome outcome) throws IOException {
            for (BackgroundSaver.Done d : outcome.done()) {
                costs = costs.plus(d.heldSeconds(), d.writeSeconds());
                emit(new Event.Saved(d.position(), d.checkpoint(), d.heldSeconds(), d.writeSeconds()));
                d.damaged().forEach(e -> emit(new Event.Damaged(d.position(), e.getMessage())));
                if (!d.dropped().isEmpty()) {
                    emit(new Event.Pruned(d.position(), d.dropped()));
                }
            }
            for (BackgroundSaver.Failed f : outcome.failed()) {
                if (options.onSaveError() == OnSaveError.STOP || f.isFinal()) {
                    throw f.asException();
                }
                emit(f.isSaved() ? new Event.PruneFailed(f.position(), f.why()) : new Event.SaveFailed(f.position(), f.why()));
            }
        }

        /** The rows of a journal change no result. So nothing is thrown here, before the state is saved. */
        private void checkRecords() {
            List<Observer> observers = options.observers();
            for (int i = 0; i < observers.size(); i++) {
                Optional<IOException> failure = observers.get(i).failure();
                if (failure.isPresent() && options.onSaveError() == OnSaveError.CONTINUE) {
                    emit(new Event.JournalFailed(trainer.position(), failure.get().getMessage()));
                } else {
                    lostRows = lostRows.isPresent() ? lostRows : failure;
                }
            }
        }

        private void requireRecords() throws IOException {
            if (lostRows.isPresent()) {
                throw new IOException("the state of step " + trainer.position().step() + " is saved, but rows of the journal are not: "
                        + lostRows.get().getMessage(), lostRows.get());
            }
        }

        /** The metrics of this step for its checkpoint. */
        private Map<String, Double> metrics() {
            return trainer.progress().metrics(trainer.position().step(),
                    newest.filter(e -> e.position().equals(trainer.position())).map(Event.Evaluated::result));
        }

        // --- what the stepper reports

        @Override
        public void beforeSteps() {
            stepBegan = clock.getAsLong();
        }

        @Override
        public void stepped(StepReport report) {
            // If several updates are made at once, all are reported at the end: the first report has the time of all of them.
            stepSeconds += secondsSince(stepBegan);
            stepBegan = clock.getAsLong();
            steps++;
            Position position = new Position(report.step(), trainer.position().stepsPerEpoch());
            running.stepped(report, position);
            if (report.transientFault().isPresent()) {
                emit(new Event.FaultPassed(position, report.transientFault().get()));
            }
            emit(report.action().isPresent() ? new Event.Recovered(position, report.action().get()) : new Event.Stepped(position, report, running.ofEpoch()));
            if (isMeasured(report.step())) {
                emit(new Event.LayerStatisticsMeasured(trainer.position(), statistics.values()));
            }
            if (position.stepInEpoch() == 0) {
                emit(new Event.EpochTrained(position, running.ofEpoch()));
            }
        }

        @Override
        public void evaluated(Evaluation evaluation) {
            Event.Evaluated event = Event.Evaluated.of(trainer, evaluation, running.ofEpoch(), running.evaluated());
            newest = Optional.of(event);
            emit(event);
        }

        private StepHook hook(long step) {
            return isMeasured(step) ? statistics : StepHook.NONE;
        }

        private boolean isMeasured(long step) {
            return options.statistics().isPresent()
                    && SaveRule.every(options.statistics().get(), new Position(step, trainer.position().stepsPerEpoch()));
        }

        private double secondsSince(long nanos) {
            return (clock.getAsLong() - nanos) / 1e9;
        }
    }

    /** Whether the best evaluation so far is that of {@code position}. */
    private boolean isBest(Position position) {
        return trainer.progress().bestStep() == position.step();
    }

    private void committed(CheckpointInfo checkpoint) {
        options.observers().forEach(o -> o.committed(checkpoint));
    }

    private void emit(Event event) {
        // Without an iterator, because it would be garbage of every step.
        List<Observer> observers = options.observers();
        for (int i = 0; i < observers.size(); i++) {
            observers.get(i).on(event);
        }
    }
}
