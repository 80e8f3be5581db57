package cairn.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tensors of one capture or one restore, gathered by the region of memory that they lie in. */
final class Moves {
    private final List<Slots.Move> single = new ArrayList<>();
    private final Map<Slots.Region, List<Slots.Move>> together = new LinkedHashMap<>();

    /** Copies a tensor into {@code target}: now, or at {@link #finishOut} together with the others of its region. */
    void out(Slots.TensorAccess tensor, ByteBuffer target) {
        Optional<Slots.Region> region = tensor.region();
        if (region.isEmpty()) {
            tensor.copyTo(target);
        } else {
            gather(region.get(), tensor, target);
        }
    }

    void finishOut() {
        together.forEach(Slots.Region::copyTo);
    }

    /** Copies {@code source} over a tensor, at {@link #finishIn}. */
    void in(Slots.TensorAccess tensor, ByteBuffer source) {
        Optional<Slots.Region> region = tensor.region();
        if (region.isEmpty()) {
            single.add(new Slots.Move(tensor, source));
        } else {
            gather(region.get(), tensor, source);
        }
    }

    void finishIn() {
        single.forEach(m -> m.tensor().copyFrom(m.bytes()));
        together.forEach(Slots.Region::copyFrom);
    }

    private void gather(Slots.Region memory, Slots.TensorAccess tensor, ByteBuffer bytes) {
        together.computeIfAbsent(memory, m -> new ArrayList<>()).add(new Slots.Move(tensor, bytes));
    }
}
