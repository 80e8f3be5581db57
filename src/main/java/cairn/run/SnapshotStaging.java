package cairn.run;

import cairn.state.CaptureBuffers;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.tensor.ShadowState;
import cairn.tensor.device.Backend;
import java.util.function.Supplier;

/**
 * A reusable staging buffer for one state that is being saved. On the CPU the state is captured at once. On a GPU training waits only for a
 * copy within the memory of the device. The thread that writes the state fetches it from that copy while training goes on.
 */
final class SnapshotStaging {
    private final CaptureBuffers buffers = new CaptureBuffers();
    private Snapshottable shadowed;
    private ShadowState shadow;

    /**
     * Takes the current state of {@code source}. One thread may get it from the result at any later time, because later changes of the
     * source do not change it. It is valid until the next call.
     */
    Supplier<State> take(Snapshottable source) {
        if (!Backend.isDevice()) {
            State state = buffers.capture(source);
            return () -> state;
        }
        if (shadowed != source) {
            release();
            shadow = new ShadowState(source);
            shadowed = source;
        } else {
            shadow.take();
        }
        ShadowState taken = shadow;
        return () -> buffers.capture(taken);
    }

    /** The host's memory that it holds; 0 before its first use. */
    long bytes() {
        return buffers.bytes();
    }

    /** Frees device memory now, because the garbage collector does not see that it is scarce. */
    void release() {
        if (shadow != null) {
            shadow.release();
            shadow = null;
            shadowed = null;
        }
    }
}
