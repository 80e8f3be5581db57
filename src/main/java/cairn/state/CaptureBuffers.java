package cairn.state;

import java.util.ArrayList;
import java.util.List;

/**
 * Memory into which a component is captured again and again: after the first capture no memory is allocated, so a capture costs what
 * copying its bytes costs. The tensors lie there as in a file, so this is the only copy that a save makes. A large tensor that is the same as
 * at the capture before, bit for bit, keeps its digest. One capture at a time.
 */
public final class CaptureBuffers {
    private StateImage image = StateImage.of(List.of());
    private boolean isMisfit;

    /** A capture of {@code part}. It is valid until the next capture into the same buffers, and may be read by any thread. */
    public State capture(Snapshottable part) {
        if (image.bytes() == 0) {
            layOut(part);
        }
        isMisfit = false;
        State state = new State(Walk.capture(part, this::place), image);
        if (isMisfit) {
            // Another component than before.
            layOut(part);
            return new State(Walk.capture(part, this::place), image);
        }
        return state;
    }

    private void layOut(Snapshottable part) {
        List<StateImage.Slot> slots = new ArrayList<>();
        Walk.tensors(part, (path, type, bytes) -> slots.add(new StateImage.Slot(path, type, bytes)));
        image = StateImage.of(slots);
    }

    /** How much memory is held. */
    public long bytes() {
        return image.bytes();
    }

    private Place place(String path, int bytes) {
        Place place = image.place(path, bytes);
        if (place == null) {
            isMisfit = true;
            return new Place(StateMemory.allocate(bytes));
        }
        return place;
    }
}
