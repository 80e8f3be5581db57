package cairn.replay;

import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.journal.RecordedSeries;
import cairn.metrics.Evaluation;
import cairn.recovery.RecoveryAction;
import cairn.recovery.TrainingFaultException;
import cairn.run.ResumeGrade;
import cairn.run.Series;
import cairn.state.Difference;
import cairn.state.State;
import cairn.state.Value;
import cairn.train.StepReport;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * Some steps of a run, trained again and compared at every step. The numbers are compared with the journal, to the bit. The state is
 * compared with each stored checkpoint and each recorded digest. Nothing is restored on the way, so an equal checkpoint proves all steps
 * before it.
 *
 * @param from the first step
 * @param to the last step that was made; with a divergence, its step
 * @param numbers the number of values of the journal that were compared
 * @param states the number of states that were compared
 * @param divergence the first difference; empty if everything is identical
 */
public record Proof(long from, long to, long numbers, long states, Optional<Divergence> divergence) {
    /** The series that are compared, beside those of evaluations. */
    private static final Set<String> COMPARED = Set.of(Series.LOSS, Series.LEARNING_RATE, Series.GRADIENT_NORM, Series.FAULT,
            Series.FAULT_VALUE, Series.BACK_TO, Series.RATE_FACTOR, Series.DIGEST);

    /**
     * The first difference between replay and run.
     *
     * @param path the series of the journal, or the path of the entry in the state
     * @param index the index of the element in a tensor, row-major; -1 for a single value
     * @param reason the likely cause
     */
    public record Divergence(long step, String path, long index, String recorded, String replayed, String reason) {
    }

    public boolean isIdentical() {
        return divergence.isEmpty();
    }

    /** Trains the run again from step {@code from} to step {@code to}, or to the first difference. */
    static Proof of(RunReplay replay, long from, long to, ReplayListener listener) throws IOException {
        Attempt first = new Attempt(replay, listener, from, to);
        Optional<Divergence> found = first.run(from, to);
        long reached = replay.trainer().position().step();
        if (found.isEmpty()) {
            return new Proof(from, to, first.numbers, first.states, found);
        }
        State here = replay.trainer().snapshot();
        // A second replay shows whether this machine computes the same bits again.
        replay.goTo(from, listener);
        boolean isRepeatable = advance(replay.trainer(), reached) && replay.trainer().snapshot().equals(here);
        Divergence d = found.get();
        ResumeGrade grade = replay.grade(first.snapshotStep);
        String reason = !isRepeatable ? "a non-deterministic operation: two replays on this machine differ from each other"
                : !grade.isExact() ? "another environment: " + grade.reasons()
                : "two replays here agree with each other and the environment is the recorded one: the recorded value was computed in"
                        + " another way, or was changed later";
        return new Proof(from, reached, first.numbers, first.states, Optional.of(
                new Divergence(d.step(), d.path(), d.index(), d.recorded(), d.replayed(), reason)));
    }

    private static boolean advance(Trainer trainer, long step) {
        try {
            trainer.trainTo(step);
            return true;
        } catch (TrainingFaultException e) {
            return false;
        }
    }

    /** One replay and its comparisons. */
    private static final class Attempt implements Stepper.Listener {
        private final RunReplay replay;
        private final ReplayListener listener;
        private final RecordedSeries recorded;
        private Optional<Divergence> found = Optional.empty();
        private long snapshotStep;
        private long numbers;
        private long states;

        Attempt(RunReplay replay, ReplayListener listener, long from, long to) throws IOException {
            this.replay = replay;
            this.recorded = replay.recorded(name -> COMPARED.contains(name) || Series.measure(name).isPresent(), from, to);
            this.listener = listener;
        }

        Optional<Divergence> run(long from, long to) throws IOException {
            Trainer trainer = replay.trainer();
            snapshotStep = replay.goTo(from, listener).from();
            listener.onStart(new ReplayPath("here", from, to));
            compareState(trainer);
            Stepper stepper = new Stepper(trainer, this);
            while (found.isEmpty() && trainer.position().step() < to) {
                long step = trainer.position().step() + 1;
                try {
                    stepper.next();
                } catch (TrainingFaultException e) {
                    differ(step, Series.LOSS, -1, recorded(Series.LOSS, step).orElse("a step that was made"),
                            "a step that cannot be made: " + e.fault());
                    return found;
                }
                compareState(trainer);
            }
            return found;
        }

        @Override
        public void stepped(StepReport report) {
            listener.stepped(report);
            if (report.action().isEmpty()) {
                compare(Series.LOSS, report.step(), report.loss());
                compare(Series.LEARNING_RATE, report.step(), report.learningRate());
                report.gradientNorm().ifPresent(norm -> compare(Series.GRADIENT_NORM, report.step(), norm));
                recorded(Series.FAULT, report.step()).ifPresent(fault -> differ(report.step(), Series.FAULT, -1, fault, "no fault"));
            } else {
                RecoveryAction made = report.action().get();
                recorded(Series.LOSS, report.step()).ifPresent(loss -> differ(report.step(), Series.LOSS, -1, loss,
                        "no update: " + made));
                compare(Series.FAULT_VALUE, report.step(), made.fault().value());
                compare(Series.BACK_TO, report.step(), made.backTo());
                compare(Series.RATE_FACTOR, report.step(), made.rateFactor());
            }
        }

        @Override
        public void evaluated(Evaluation evaluation) {
            long step = replay.trainer().position().step();
            evaluation.measures().forEach((name, estimate) -> compare(Series.evaluation(name), step, estimate.value()));
        }

        private void compare(String name, long step, double replayed) {
            recorded(name, step).ifPresent(text -> {
                numbers++;
                if (Double.doubleToLongBits(Double.parseDouble(text)) != Double.doubleToLongBits(replayed)) {
                    differ(step, name, -1, text, Double.toString(replayed));
                }
            });
        }

        private Optional<String> recorded(String name, long step) {
            return recorded.value(name, step);
        }

        private void compareState(Trainer trainer) throws IOException {
            long step = trainer.position().step();
            Optional<String> digest = recorded(Series.DIGEST, step);
            boolean isStored = replay.store().steps().contains(step);
            if (found.isPresent() || digest.isEmpty() && !isStored) {
                return;
            }
            State replayed = trainer.snapshot();
            states++;
            if (isStored) {
                try {
                    State stored = replay.store().read(step).state();
                    replayed.diff(stored).stream().findFirst().ifPresent(d -> differ(step, d, stored, replayed));
                } catch (DamagedCheckpointException e) {
                    listener.onDamaged(e);
                }
            }
            if (found.isEmpty() && digest.isPresent() && !digest.get().equals(replayed.digest())) {
                differ(step, Series.DIGEST, -1, digest.get(), replayed.digest());
            }
        }

        private void differ(long step, Difference d, State stored, State replayed) {
            if (stored.entries().get(d.path()) instanceof Value.Tensor a && replayed.entries().get(d.path()) instanceof Value.Tensor b
                    && a.schema().equals(b.schema())) {
                long index = 0;
                int bytes = a.type().bytes();
                while (a.bytes().slice((int) index * bytes, bytes).equals(b.bytes().slice((int) index * bytes, bytes))) {
                    index++;
                }
                differ(step, d.path(), index, Double.toString(a.get(index)), Double.toString(b.get(index)));
            } else {
                differ(step, d.path(), -1, d.saved(), d.live());
            }
        }

        private void differ(long step, String path, long index, String recorded, String replayed) {
            if (found.isEmpty()) {
                found = Optional.of(new Divergence(step, path, index, recorded, replayed, ""));
            }
        }
    }
}
