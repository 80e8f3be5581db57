package cairn.run;

import cairn.state.CaptureBuffers;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.tensor.ShadowState;
import cairn.tensor.device.Backend;
import java.util.function.Supplier;

/**
 * A staging buffer for one state that is being saved; it is reused. On the CPU the state is captured at once. On a GPU training waits only
 * for a copy within the device's memory, and the thread that writes the state fetches it from that copy while training goes on.
 */
final class SnapshotStaging {
    private final CaptureBuffers buffers = new CaptureBuffers();
    private Snapshottable part;
    private ShadowState shadow;

    /**
     * Takes the state that {@code of} has now. One thread may ask the result for it at any later time, because nothing that happens to the
     * component changes it. It is valid until the next call.
     */
    Supplier<State> take(Snapshottable of) {
        if (!Backend.isDevice()) {
            State state = buffers.capture(of);
            return () -> state;
        }
        if (part != of) {
            release();
            shadow = new ShadowState(of);
            part = of;
        } else {
            shadow.take();
        }
        ShadowState taken = shadow;
        return () -> buffers.capture(taken);
    }

    /** Frees device memory now, because the garbage collector does not see that it is scarce. */
    void release() {
        if (shadow != null) {
            shadow.release();
            shadow = null;
            part = null;
        }
    }
}
