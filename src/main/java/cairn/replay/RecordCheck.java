package cairn.replay;

import cairn.journal.RecordedSeries;
import cairn.metrics.Evaluation;
import cairn.run.Series;
import cairn.state.StateDigest;
import cairn.train.StepReport;
import cairn.train.Trainer;
import java.util.Optional;

/**
 * Compares a replay with the journal while it is made: the loss of each step and the measures of each evaluation to the bit, and at the
 * last step the digest of the state. The first difference is kept and reported. If the digest of the last step differs, a replay that
 * goes to this step ends with a {@link DifferentStepException}.
 */
final class RecordCheck extends ForwardingListener {
    private final RunReplay replay;
    private final boolean isRefused;
    private RecordedSeries recorded = RecordedSeries.none();
    private ReplayPath path = new ReplayPath("none", 0, 0);
    private Optional<RecordedDifference> first = Optional.empty();
    private boolean isOfBefore;
    private boolean isProven;

    private RecordCheck(RunReplay replay, ReplayListener target, boolean isRefused) {
        super(target);
        this.replay = replay;
        this.isRefused = isRefused;
    }

    /** For a replay whose last step is used as the step of the run. */
    static RecordCheck refusing(RunReplay replay, ReplayListener target) {
        return new RecordCheck(replay, target, true);
    }

    /** For a replay that looks at its steps on the way. */
    static RecordCheck reporting(RunReplay replay, ReplayListener target) {
        return new RecordCheck(replay, target, false);
    }

    /** Whether the last step has the recorded digest. */
    boolean isProven() {
        return isProven;
    }

    /** The first difference. */
    Optional<RecordedDifference> first() {
        return first;
    }

    @Override
    public void onStart(ReplayPath begun) {
        path = begun;
        first = Optional.empty();
        isOfBefore = false;
        isProven = false;
        recorded = path.replayed() == 0 ? RecordedSeries.none() : replay.recorded(
                name -> name.equals(Series.LOSS) || name.equals(Series.DIGEST) || Series.measure(name).isPresent(), path.from() + 1,
                path.to());
        super.onStart(begun);
    }

    @Override
    public void stepped(StepReport report) {
        super.stepped(report);
        if (report.action().isEmpty()) {
            compare(Series.LOSS, report.step(), report.loss());
        }
        Trainer trainer = replay.trainer();
        if (report.step() == path.to() && trainer.position().step() == path.to() && recorded.has(Series.DIGEST, path.to())) {
            if (trainer.isEvaluationDue()) {
                // The recorded state may be the one before an evaluation that was cancelled.
                isOfBefore = StateDigest.isOf(recorded.value(Series.DIGEST, path.to()).orElseThrow(), trainer);
            } else {
                compareDigest();
            }
        }
    }

    @Override
    public void evaluated(Evaluation evaluation) {
        super.evaluated(evaluation);
        long step = replay.trainer().position().step();
        evaluation.measures().forEach((name, estimate) -> compare(Series.evaluation(name), step, estimate.value()));
        if (step == path.to() && recorded.has(Series.DIGEST, step)) {
            compareDigest();
        }
    }

    private void compare(String series, long step, double replayed) {
        Optional<String> value = recorded.value(series, step);
        if (first.isEmpty() && value.isPresent() && !value.get().equals(Double.toString(replayed))) {
            differ(new RecordedDifference(step, series, value.get(), Double.toString(replayed)));
        }
    }

    private void compareDigest() {
        String digest = recorded.value(Series.DIGEST, path.to()).orElseThrow();
        String replayed = StateDigest.inWordsOf(Optional.of(digest), replay.trainer());
        isProven = digest.equals(replayed) || isOfBefore;
        if (!isProven) {
            RecordedDifference difference = new RecordedDifference(path.to(), Series.DIGEST, digest, replayed);
            if (isRefused) {
                throw replay.different(path.from(), difference);
            } else if (first.isEmpty()) {
                differ(difference);
            }
        }
    }

    private void differ(RecordedDifference difference) {
        first = Optional.of(difference);
        onDifferent(difference);
    }
}
