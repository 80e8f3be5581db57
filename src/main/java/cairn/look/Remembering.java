package cairn.look;

import cairn.replay.ForwardingListener;
import cairn.replay.ReplayListener;
import cairn.train.Trainer;

/** Keeps some states on the way to a step, so that a look a little before it is cheap. */
final class Remembering extends ForwardingListener {
    /** So many updates cost about as much as a copy of the state. */
    private static final int EVERY = 10;

    private final NearbyStates near;
    private final Trainer trainer;

    Remembering(ReplayListener target, NearbyStates near, Trainer trainer) {
        super(target);
        this.near = near;
        this.trainer = trainer;
    }

    @Override
    public void beforeSteps() {
        if (trainer.position().step() % EVERY == 0) {
            near.remember();
        }
        super.beforeSteps();
    }
}
