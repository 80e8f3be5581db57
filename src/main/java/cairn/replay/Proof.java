package cairn.replay;

import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.journal.RecordedSeries;
import cairn.metrics.Evaluation;
import cairn.recovery.RecoveryAction;
import cairn.recovery.TrainingFaultException;
import cairn.run.Environments;
import cairn.run.ResumeGrade;
import cairn.run.Series;
import cairn.state.Difference;
import cairn.state.State;
import cairn.state.StateDigest;
import cairn.state.Value;
import cairn.train.StepReport;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Some steps of a run, trained again and compared at every step. The numbers are compared with the journal, to the bit. The state is
 * compared with each stored checkpoint and each recorded digest. Nothing is restored on the way, so an equal checkpoint proves all steps
 * before it.
 *
 * <p>Steps that were made in another environment may come out otherwise. After a difference in such steps the proof goes on where the
 * environment changes next, from the checkpoint there.
 *
 * @param from the first step
 * @param to the last step that was made; with a divergence that ended the proof, its step
 * @param numbers the number of values of the journal that were compared
 * @param states the number of states that were compared
 * @param cancelled the steps whose checkpoint is the state before an evaluation that was cancelled; the replay has made it
 * @param divergences the first difference of each stretch of one environment; empty if everything is identical
 */
public record Proof(long from, long to, long numbers, long states, List<Long> cancelled, List<Divergence> divergences) {
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
        private Divergence because(String cause) {
            return new Divergence(step, path, index, recorded, replayed, cause);
        }
    }

    public Proof {
        cancelled = List.copyOf(cancelled);
        divergences = List.copyOf(divergences);
    }

    public boolean isIdentical() {
        return divergences.isEmpty();
    }

    /** Trains the run again from step {@code from} to step {@code to}, or to a difference that no change of environment explains. */
    static Proof of(RunReplay replay, long from, long to, ReplayListener listener) throws IOException {
        Attempt attempt = new Attempt(replay, listener, from, to);
        List<Divergence> divergences = new ArrayList<>();
        List<Environments.Part> parts = replay.environments().parts(from, to);
        if (parts.isEmpty()) {
            parts = List.of(new Environments.Part(from + 1, from, Map.of()));
        }
        long reached = from;
        for (Environments.Part part : parts) {
            long begin = part.first() - 1;
            boolean isNext = reached == begin && (divergences.isEmpty() || divergences.get(divergences.size() - 1).step() < begin);
            if (begin > from && !isNext && !replay.store().steps().contains(begin)) {
                // The states before these steps cannot be had, so nothing is said of them.
                continue;
            }
            Optional<Divergence> found;
            try {
                found = attempt.run(begin, part.last(), !isNext || begin == from);
            } catch (DifferentStepException unreachable) {
                if (begin == from) {
                    throw unreachable;
                }
                // The checkpoint there is damaged, and a replay of the steps before it does not give its state.
                continue;
            }
            reached = replay.trainer().position().step();
            if (found.isPresent()) {
                ResumeGrade grade = replay.grade(begin, found.get().step());
                divergences.add(found.get().because(reason(replay, begin, reached, grade, listener)));
                if (grade.isExact()) {
                    break;
                }
            }
        }
        return new Proof(from, reached, attempt.numbers, attempt.states, attempt.cancelled, divergences);
    }

    /** The likely cause of a difference. A second replay shows whether this machine computes the same bits again. */
    private static String reason(RunReplay replay, long begin, long reached, ResumeGrade grade, ReplayListener listener)
            throws IOException {
        State here = replay.trainer().snapshot();
        boolean isRepeatable;
        try {
            replay.goTo(begin, listener);
            isRepeatable = advance(replay.trainer(), reached) && replay.trainer().snapshot().equals(here);
        } catch (DifferentStepException e) {
            isRepeatable = false;
        }
        return !isRepeatable ? "a non-deterministic operation: two replays on this machine differ from each other"
                : grade.isUnproven() ? "perhaps another environment: that of these steps was not recorded"
                : !grade.isExact() ? "another environment: " + grade.reasons()
                : "two replays here agree with each other and the environment is the recorded one: the recorded value was computed in"
                        + " another way, or was changed later";
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
        private final Set<Long> stored;
        private final List<Long> cancelled = new ArrayList<>();
        private Optional<Divergence> found = Optional.empty();
        /** The state between an update and the evaluation that is due after it, if a record may be of this state. */
        private Optional<State> beforeEvaluation = Optional.empty();
        private long numbers;
        private long states;

        Attempt(RunReplay replay, ReplayListener listener, long from, long to) throws IOException {
            this.replay = replay;
            this.recorded = replay.recorded(name -> COMPARED.contains(name) || Series.measure(name).isPresent(), from, to);
            this.stored = replay.store().steps();
            this.listener = listener;
        }

        /** Makes the steps {@code from + 1} to {@code to}; first goes to {@code from}, unless the trainer is there. */
        Optional<Divergence> run(long from, long to, boolean goesThere) throws IOException {
            found = Optional.empty();
            Trainer trainer = replay.trainer();
            if (goesThere) {
                boolean isStored = replay.goTo(from, listener).replayed() == 0;
                beforeEvaluation = isStored && replay.hasEvaluated() ? Optional.of(replay.store().read(from).state()) : Optional.empty();
                listener.onStart(new ReplayPath("here", from, to));
                compareState(trainer);
            }
            Stepper stepper = new Stepper(trainer, this, () -> false, listener::hook, step -> false);
            while (found.isEmpty() && trainer.position().step() < to) {
                long step = trainer.position().step() + 1;
                beforeEvaluation = Optional.empty();
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
            if (replay.trainer().isEvaluationDue() && isRecorded(report.step())) {
                beforeEvaluation = Optional.of(replay.trainer().snapshot());
            }
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
                if (!text.equals(Double.toString(replayed))) {
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
            if (found.isPresent() || !isRecorded(step)) {
                return;
            }
            State replayed = trainer.snapshot();
            states++;
            if (isStored(step)) {
                try {
                    State stored = replay.store().read(step).state();
                    if (beforeEvaluation.filter(stored::equals).isPresent()) {
                        cancelled.add(step);
                    } else {
                        replayed.diff(stored).stream().findFirst().ifPresent(d -> differ(step, d, stored, replayed));
                    }
                } catch (DamagedCheckpointException e) {
                    listener.onDamaged(e);
                }
            }
            if (found.isEmpty() && digest.isPresent() && !StateDigest.isOf(digest.get(), replayed)
                    && beforeEvaluation.filter(state -> StateDigest.isOf(digest.get(), state)).isEmpty()) {
                differ(step, Series.DIGEST, -1, digest.get(), replayed.digest());
            }
        }

        private boolean isRecorded(long step) {
            return recorded.has(Series.DIGEST, step) || isStored(step);
        }

        private boolean isStored(long step) {
            return stored.contains(step);
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
