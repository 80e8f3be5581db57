package cairn.run;

import cairn.state.CaptureBuffers;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.tensor.ShadowState;
import cairn.tensor.device.Backend;
import java.util.function.Supplier;

/**
 * Room for one state that is being saved; used again and again. Where arrays lie in Java's memory the state is captured at once. On a
 * card training waits only for a copy within the card's memory, and whoever writes the state fetches it from that copy, beside the
 * training.
 */
final class SnapshotStaging {
    private final CaptureBuffers buffers = new CaptureBuffers();
    private Snapshottable part;
    private ShadowState kept;

    /**
     * Takes the state that {@code of} has now. What is returned gives it to any one thread, which may take its time: nothing that happens
     * to the component changes it. It is valid until the room is used again.
     */
    Supplier<State> take(Snapshottable of) {
        if (!Backend.isDevice()) {
            State state = buffers.capture(of);
            return () -> state;
        }
        if (part != of) {
            release();
            kept = new ShadowState(of);
            part = of;
        } else {
            kept.take();
        }
        ShadowState taken = kept;
        return () -> buffers.capture(taken);
    }

    /**
     * When nobody asks any more: gives back what it holds of a card's memory, of which Java's collector does not know that it is scarce.
     */
    void release() {
        if (kept != null) {
            kept.release();
            kept = null;
            part = null;
        }
    }
}
