package cairn.run;

import cairn.journal.Journal;
import cairn.journal.Row;
import cairn.recovery.RecoveryAction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Writes the numbers of a run into its journal: the loss of every step to the bit, evaluations, the digest of each checkpoint. */
public final class JournalObserver implements Observer {
    private final Journal journal;
    private final Map<String, String> environment;

    /** @param environment the facts that decide the bits of the steps */
    public JournalObserver(Journal journal, Map<String, String> environment) {
        this.journal = journal;
        this.environment = environment;
    }

    @Override
    public void on(Event event) {
        long step = event.position().step();
        try {
            if (event instanceof Event.Started) {
                journal.append(step, Row.ENVIRONMENT, Environments.text(environment));
            } else if (event instanceof Event.Stepped e) {
                journal.append(step, Series.LOSS, e.report().loss());
                journal.append(step, Series.LEARNING_RATE, e.report().learningRate());
                if (e.report().gradientNorm().isPresent()) {
                    journal.append(step, Series.GRADIENT_NORM, e.report().gradientNorm().getAsDouble());
                }
            } else if (event instanceof Event.FaultPassed e) {
                journal.append(step, "recovery/passed", e.fault().kind().word());
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
            } else if (event instanceof Event.Evaluated e) {
                for (var measure : e.result().measures().entrySet()) {
                    journal.append(step, Series.evaluation(measure.getKey()), measure.getValue().value());
                }
            } else if (event instanceof Event.Saving e) {
                if (e.isEvaluationDue()) {
                    journal.append(step, Series.UNEVALUATED, "its evaluation was cancelled");
                }
                // The journal is on the disk before the checkpoint, so the journal of a killed and resumed run has no gap.
                journal.flush();
            } else if (event instanceof Event.Saved e) {
                journal.append(step, Series.DIGEST, e.checkpoint().digest());
                journal.append(step, "checkpoint/held-seconds", e.heldSeconds());
                journal.append(step, "checkpoint/write-seconds", e.writeSeconds());
                journal.flush();
            } else if (event instanceof Event.SaveFailed e) {
                journal.append(step, "checkpoint/failed", e.why());
            } else if (event instanceof Event.PruneFailed e) {
                journal.append(step, "checkpoint/prune-failed", e.why());
            } else if (event instanceof Event.Damaged e) {
                journal.append(step, "checkpoint/damaged", e.why());
            } else if (event instanceof Event.Failed e) {
                journal.append(step, "stopped", e.fault().toString());
                journal.flush();
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
                journal.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
