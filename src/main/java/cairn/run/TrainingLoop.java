package cairn.run;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.metrics.Evaluation;
import cairn.optim.schedule.TrainingTime;
import cairn.recipe.Position;
import cairn.recipe.SaveInterval;
import cairn.recipe.SaveRule;
import cairn.recovery.TrainingFaultException;
import cairn.train.LayerStatistics;
import cairn.train.Progress;
import cairn.train.StepHook;
import cairn.train.StepReport;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The loop: step, evaluate when due, save when due, until a stop rule is met. {@link Event} is its log.
 *
 * @param store where checkpoints go
 * @param facts what a checkpoint made now says about where and when that was
 * @param watch how often statistics of a step are told ({@link Event.Measured}), if ever; they change no number
 * @param clock nanoseconds, for saving by time and for what saving cost; it decides when to save and changes no number
 */
public record TrainingLoop(Trainer trainer, StopRule stop, SaveRule save, OnSaveError onSaveError, RetentionPolicy keep,
        CheckpointStore store, Supplier<Map<String, String>> facts, Optional<TrainingTime> watch, List<Observer> observers, LongSupplier clock) {

    /** A loop whose steps nobody looks into. */
    public TrainingLoop(Trainer trainer, StopRule stop, SaveRule save, OnSaveError onSaveError, RetentionPolicy keep,
            CheckpointStore store, Supplier<Map<String, String>> facts, List<Observer> observers, LongSupplier clock) {
        this(trainer, stop, save, onSaveError, keep, store, facts, Optional.empty(), observers, clock);
    }

    /** Trains until the stop rule is met; returns why. On return the final state is saved, whatever had to be waited for. */
    public String run(long untilStep) throws IOException {
        try (BackgroundSaver saver = new BackgroundSaver(store, keep, clock)) {
            return new Session(saver).run(untilStep);
        }
    }

    /** What one run of the loop remembers. None of it matters to the training. */
    private final class Session {
        private final BackgroundSaver saver;
        private final long startedAt = clock.getAsLong();
        private SaveCosts costs = SaveCosts.NONE;
        private long savedAt = startedAt;
        private long savedStep = -1;
        private final Telling telling = new Telling();
        private final Stepper advance = new Stepper(trainer, telling, stop::isUrgent, this::probe);
        private final LayerStatistics watching = new LayerStatistics(trainer.parameters());
        private double stepSeconds;
        private long steps;
        private long begunAt;

        Session(BackgroundSaver saver) {
            this.saver = saver;
        }

        String run(long untilStep) throws IOException {
            tell(new Event.Started(trainer.position(), untilStep));
            boolean isStored = store.steps().contains(trainer.position().step());
            if (trainer.evaluationDue()) {
                // The state was taken after an update, and the evaluation that was due then was given up.
                advance.settle();
                if (isStored && !trainer.evaluationDue()) {
                    tell(new Event.Saving(trainer.position()));
                    saver.replace(trainer.position(), trainer, facts.get(), telling.metrics());
                }
            }
            if (isStored) {
                savedStep = trainer.position().step();
            }
            // The first save is waited for, so that a full or read-only disk shows before the first epoch.
            saveNow();
            Optional<String> reason;
            while ((reason = stop.met(trainer.position(), trainer.progress())).isEmpty()) {
                advance();
                tellSaved(saver.poll());
                if (save.due(moment(trainer.position()))) {
                    save();
                }
            }
            saveNow();
            SaveCosts all = costs.after(secondsSince(startedAt));
            Optional<SaveInterval.Choice> auto = costs.saves() == 0 || steps == 0 ? Optional.empty()
                    : save.auto().map(rule -> SaveInterval.Choice.of(rule, costs.secondsPerSave(), stepSeconds / steps));
            tell(new Event.Stopped(trainer.position(), reason.get(), all, auto));
            return reason.get();
        }

        /** A step or some; if an update cannot be made, the state before it is saved before anybody hears of it. */
        private void advance() throws IOException {
            try {
                begunAt = clock.getAsLong();
                advance.next(untilDecision());
            } catch (TrainingFaultException e) {
                saveNow();
                tell(new Event.Failed(trainer.position(), e.fault()));
                throw e;
            }
        }

        /** After how many steps, of those that are made at once, the loop has something to decide. */
        private int untilDecision() {
            Position now = trainer.position();
            int n = 1;
            while (n < trainer.mostSteps()) {
                Position then = new Position(now.step() + n, now.stepsPerEpoch());
                if (stop.met(then, trainer.progress()).isPresent() || save.due(moment(then))) {
                    break;
                }
                n++;
            }
            return n;
        }

        private SaveRule.Moment moment(Position position) {
            return new SaveRule.Moment(position, isBest(position), secondsSince(savedAt),
                    costs.saves() == 0 ? OptionalDouble.empty() : OptionalDouble.of(costs.secondsPerSave()),
                    steps == 0 ? OptionalDouble.empty() : OptionalDouble.of(stepSeconds / steps));
        }

        /** Looks into the update that leads to {@code step}, if it is to be watched. */
        private StepHook probe(long step) {
            return isWatched(step) ? watching : StepHook.NONE;
        }

        private boolean isWatched(long step) {
            return watch.isPresent() && SaveRule.every(watch.get(), new Position(step, trainer.position().stepsPerEpoch()));
        }

        /** Captures the state now; it is written beside the training. */
        private void save() throws IOException {
            tell(new Event.Saving(trainer.position()));
            saver.save(trainer.position(), trainer, facts.get(), telling.metrics());
            savedStep = trainer.position().step();
            savedAt = clock.getAsLong();
        }

        /**
         * Saves unless this very step is saved, and waits until everything has been written. This save must succeed: here a
         * training begins or ends.
         */
        private void saveNow() throws IOException {
            if (savedStep != trainer.position().step()) {
                save();
            }
            long begin = clock.getAsLong();
            BackgroundSaver.Outcome outcome = saver.drain();
            costs = costs.waited(secondsSince(begin));
            tellSaved(outcome);
            for (BackgroundSaver.Failed f : outcome.failed()) {
                if (f.position().step() == savedStep && !f.isSaved()) {
                    throw f.asException();
                }
            }
        }

        private void tellSaved(BackgroundSaver.Outcome outcome) throws IOException {
            for (BackgroundSaver.Done d : outcome.done()) {
                costs = costs.plus(d.heldSeconds(), d.writeSeconds());
                tell(new Event.Saved(d.position(), d.checkpoint(), d.heldSeconds(), d.writeSeconds()));
                if (!d.dropped().isEmpty()) {
                    tell(new Event.Pruned(d.position(), d.dropped()));
                }
            }
            for (BackgroundSaver.Failed f : outcome.failed()) {
                if (onSaveError == OnSaveError.STOP) {
                    throw f.asException();
                }
                tell(f.isSaved() ? new Event.PruneFailed(f.position(), f.why()) : new Event.SaveFailed(f.position(), f.why()));
            }
        }

        private double secondsSince(long nanos) {
            return (clock.getAsLong() - nanos) / 1e9;
        }

        /** Tells observers what the training does. */
        private final class Telling implements Stepper.Listener {
            private Optional<Event.Evaluated> newest = Optional.empty();

            @Override
            public void stepped(StepReport report) {
                // Of several at once the first is told when all are done.
                stepSeconds += secondsSince(begunAt);
                begunAt = clock.getAsLong();
                steps++;
                tellStep(report);
                if (isWatched(report.step())) {
                    tell(new Event.Measured(trainer.position(), watching.values()));
                }
            }

            @Override
            public void evaluated(Evaluation evaluation) {
                Event.Evaluated event = new Event.Evaluated(trainer.position(), trainer.monitored().name(), evaluation, isBest(trainer.position()));
                newest = Optional.of(event);
                tell(event);
            }

            /** What was measured at this very step, the monitored metric first: only that belongs to a checkpoint of it. */
            Map<String, Double> metrics() {
                Map<String, Double> metrics = new LinkedHashMap<>();
                Progress progress = trainer.progress();
                if (progress.evaluatedAt() == trainer.position().step()) {
                    metrics.put(trainer.recipe().evaluate().monitor(), progress.last());
                    newest.filter(e -> e.position().equals(trainer.position())).ifPresent(e ->
                            e.result().measures().forEach((name, estimate) -> metrics.putIfAbsent(name, estimate.value())));
                }
                return metrics;
            }
        }
    }

    /** Whether the best evaluation so far is the one of that very step. */
    private boolean isBest(Position position) {
        return trainer.progress().bestStep() == position.step();
    }

    private void tellStep(StepReport report) {
        Position position = new Position(report.step(), trainer.position().stepsPerEpoch());
        report.passing().ifPresent(f -> tell(new Event.FaultPassed(position, f)));
        tell(report.intervention().isPresent() ? new Event.Intervened(position, report.intervention().get())
                : new Event.Stepped(position, report));
    }

    private void tell(Event event) {
        for (Observer o : observers) {
            o.on(event);
        }
    }
}
