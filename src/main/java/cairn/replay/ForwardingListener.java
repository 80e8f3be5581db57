package cairn.replay;

import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.metrics.Evaluation;
import cairn.train.StepHook;
import cairn.train.StepReport;

/** Forwards every call to another listener. A subclass adds what it does itself. */
public abstract class ForwardingListener implements ReplayListener {
    private final ReplayListener target;

    protected ForwardingListener(ReplayListener target) {
        this.target = target;
    }

    @Override
    public void onStart(ReplayPath path) {
        target.onStart(path);
    }

    @Override
    public void onDifferent(RecordedDifference difference) {
        target.onDifferent(difference);
    }

    @Override
    public void onDamaged(DamagedCheckpointException damaged) {
        target.onDamaged(damaged);
    }

    @Override
    public void beforeSteps() {
        target.beforeSteps();
    }

    @Override
    public void stepped(StepReport report) {
        target.stepped(report);
    }

    @Override
    public void evaluated(Evaluation evaluation) {
        target.evaluated(evaluation);
    }

    @Override
    public StepHook hook(long step) {
        return target.hook(step);
    }
}
