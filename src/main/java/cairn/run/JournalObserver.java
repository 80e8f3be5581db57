package cairn.run;

import cairn.checkpoint.format.CheckpointInfo;
import cairn.journal.Journal;
import cairn.journal.Row;
import cairn.metrics.Interval;
import cairn.optim.schedule.TrainingTime;
import cairn.recipe.Position;
import cairn.recipe.Recipe;
import cairn.recovery.RecoveryAction;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Writes the numbers of a run into its journal: the loss of every step to the bit, evaluations, the digest of each checkpoint.
 *
 * <p>It never stops a training, because the rows change no result. Rows that cannot be written stay in memory, and {@link #failure} says so.
 */
public final class JournalObserver implements Observer {
    /** No evaluation has more measures, no layer more statistics, no save more rows. */
    private static final int MEASURES = 9;
    /** A measure, and the two ends of its interval. */
    private static final int ROWS_OF_A_MEASURE = 3;
    /** The loss and the accuracy of an epoch. */
    private static final int MEANS = 2;
    private static final int STATISTICS = 6;
    private static final int ROWS_OF_A_SAVE = 4;

    private final Journal journal;
    private final Map<String, String> environment;
    private final boolean forgetsLater;
    private boolean isForced;
    private final AtomicReference<IOException> notFlushed = new AtomicReference<>();
    private final AtomicReference<IOException> notForced = new AtomicReference<>();
    private boolean isToldFull;

    /**
     * @param environment the facts that decide the bits of the steps
     * @param forgetsLater whether the steps that are recorded after the first position do not follow from it, because it is the beginning of
     *     another history
     */
    public JournalObserver(Journal journal, Map<String, String> environment, boolean forgetsLater) {
        this.journal = journal;
        this.environment = environment;
        this.forgetsLater = forgetsLater;
    }

    /**
     * The most bytes that the journal of a training may take, from {@code from} to step {@code until}.
     *
     * @param saves how many checkpoints will be saved at most
     * @param statistics how often layer statistics are measured, if ever
     */
    static long mostBytes(Recipe recipe, Position from, long until, long saves, Optional<TrainingTime> statistics) {
        long steps = Math.max(0, until - from.step());
        long each = Row.mostBytes(Series.LOSS, until) + Row.mostBytes(Series.ACCURACY, until) + Row.mostBytes(Series.LEARNING_RATE, until)
                + (recipe.clip().isPresent() ? Row.mostBytes(Series.GRADIENT_NORM, until) : 0);
        long few = Row.mostBytes(Series.high("mean-absolute-error"), until);
        double bytes = (double) steps * each + (1 + (double) steps / from.stepsPerEpoch()) * MEANS * few
                + times(recipe.evaluate().every(), from, steps) * (MEASURES * ROWS_OF_A_MEASURE + MEANS + 1) * few
                + statistics.map(s -> times(s, from, steps) * recipe.model().size() * STATISTICS * few).orElse(0.0)
                + (double) Math.min(saves, steps + 1) * ROWS_OF_A_SAVE * few;
        return (long) Math.min(bytes, Long.MAX_VALUE);
    }

    private static double times(TrainingTime every, Position from, long steps) {
        return 1 + (double) steps / Math.max(1, every.inSteps(from.stepsPerEpoch()));
    }

    @Override
    public void on(Event event) {
        long step = event.position().step();
        if (event instanceof Event.Started) {
            if (forgetsLater) {
                journal.append(step, Row.ROLLED_BACK, "");
            }
            journal.append(step, Row.ENVIRONMENT, Environments.text(environment));
        } else if (event instanceof Event.Stepped e) {
            journal.append(step, Series.LOSS, e.report().loss());
            record(step, Series.ACCURACY, e.report().accuracy());
            journal.append(step, Series.LEARNING_RATE, e.report().learningRate());
            record(step, Series.GRADIENT_NORM, e.report().gradientNorm());
        } else if (event instanceof Event.FaultPassed e) {
            journal.append(step, Series.PASSED, e.fault().kind().word());
            journal.append(step, Series.FAULT_VALUE, e.fault().value());
        } else if (event instanceof Event.Recovered e) {
            RecoveryAction action = e.action();
            journal.append(step, Series.FAULT, action.fault().kind().word());
            journal.append(step, Series.FAULT_VALUE, action.fault().value());
            journal.append(step, "recovery/limit", action.fault().limit());
            journal.append(step, Series.BACK_TO, action.backTo());
            journal.append(step, Series.RATE_FACTOR, action.rateFactor());
            journal.append(step, "recovery/number", action.number());
        } else if (event instanceof Event.LayerStatisticsMeasured e) {
            for (var value : e.values().entrySet()) {
                journal.append(step, Series.statistic(value.getKey()), value.getValue());
            }
        } else if (event instanceof Event.EpochTrained e) {
            record(step, Series.EPOCH_LOSS, e.train().loss());
            record(step, Series.EPOCH_ACCURACY, e.train().accuracy());
        } else if (event instanceof Event.Evaluated e) {
            if (e.position().stepInEpoch() != 0) {
                record(step, Series.EPOCH_LOSS_SO_FAR, e.train().loss());
                record(step, Series.EPOCH_ACCURACY_SO_FAR, e.train().accuracy());
            }
            record(step, Series.MEAN_LOSS, e.lossSinceLast());
            for (var measure : e.result().measures().entrySet()) {
                journal.append(step, Series.evaluation(measure.getKey()), measure.getValue().value());
                Interval interval = measure.getValue().interval();
                if (interval.isKnown()) {
                    journal.append(step, Series.low(measure.getKey()), interval.low());
                    journal.append(step, Series.high(measure.getKey()), interval.high());
                }
            }
        } else if (event instanceof Event.Resting) {
            flush();
        } else if (event instanceof Event.Saving e) {
            if (e.isEvaluationDue()) {
                journal.append(step, Series.UNEVALUATED, "its evaluation was cancelled");
            }
            // The journal is on the disk before the checkpoint, so the journal of a killed and resumed run has no gap.
            flush();
            if (!isForced) {
                // The first save may replace a file, and which attempt did that must be known even after a power failure.
                force();
                isForced = true;
            }
        } else if (event instanceof Event.Saved e) {
            journal.append(step, "checkpoint/held-seconds", e.heldSeconds());
            journal.append(step, "checkpoint/write-seconds", e.writeSeconds());
            flush();
        } else if (event instanceof Event.SaveFailed e) {
            journal.append(step, "checkpoint/failed", e.why());
        } else if (event instanceof Event.PruneFailed e) {
            journal.append(step, "checkpoint/prune-failed", e.why());
        } else if (event instanceof Event.Damaged e) {
            journal.append(step, "checkpoint/damaged", e.why());
        } else if (event instanceof Event.Failed e) {
            journal.append(step, "stopped", e.fault().toString());
            flush();
        } else if (event instanceof Event.Stopped e) {
            journal.append(step, "stopped", e.reason());
            journal.append(step, "saving/saves", e.saving().saves());
            journal.append(step, "saving/held-seconds", e.saving().heldSeconds());
            journal.append(step, "saving/waited-seconds", e.saving().waitedSeconds());
            journal.append(step, "saving/write-seconds", e.saving().writeSeconds());
            journal.append(step, "saving/overhead", e.saving().overhead());
            if (e.auto().isPresent()) {
                journal.append(step, "saving/auto-seconds", e.auto().get().seconds());
                journal.append(step, "saving/auto-steps", e.auto().get().steps());
            }
            flush();
        }
        if (!isToldFull && journal.missing() > 0) {
            // Rows are left out already, so this cannot wait for the next save.
            isToldFull = true;
            flush();
        }
    }

    private void record(long step, String series, OptionalDouble value) {
        if (value.isPresent()) {
            journal.append(step, series, value.getAsDouble());
        }
    }

    private void flush() {
        try {
            journal.flush();
            // What could not be written earlier is written now.
            notFlushed.set(null);
            isToldFull = false;
        } catch (IOException e) {
            notFlushed.set(e);
        }
    }

    @Override
    public void committed(CheckpointInfo checkpoint) {
        journal.append(checkpoint.step(), Series.DIGEST, checkpoint.digest());
        // In the thread that saves, because a force takes as long as several steps. So a power failure leaves no checkpoint whose digest is
        // not recorded, unless it comes in between.
        force();
    }

    private void force() {
        try {
            journal.force();
        } catch (IOException e) {
            notForced.set(e);
        }
    }

    @Override
    public Optional<IOException> failure() {
        IOException first = notFlushed.getAndSet(null);
        IOException second = notForced.getAndSet(null);
        return Optional.ofNullable(first != null ? first : second);
    }
}
