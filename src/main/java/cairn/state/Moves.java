package cairn.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tensors of one capture or one restore, gathered by the memory apart that they lie in. */
final class Moves {
    private final List<Slots.Move> single = new ArrayList<>();
    private final Map<Slots.Apart, List<Slots.Move>> together = new LinkedHashMap<>();

    /** Copies a tensor into {@code target}: at once where that costs no more than later, else at {@link #finishOut}. */
    void out(Slots.TensorAccess tensor, ByteBuffer target) {
        Optional<Slots.Apart> apart = tensor.apart();
        if (apart.isEmpty()) {
            tensor.copyTo(target);
        } else {
            gather(apart.get(), tensor, target);
        }
    }

    void finishOut() {
        together.forEach(Slots.Apart::copyTo);
    }

    /** Copies {@code source} over a tensor, at {@link #finishIn}. */
    void in(Slots.TensorAccess tensor, ByteBuffer source) {
        Optional<Slots.Apart> apart = tensor.apart();
        if (apart.isEmpty()) {
            single.add(new Slots.Move(tensor, source));
        } else {
            gather(apart.get(), tensor, source);
        }
    }

    void finishIn() {
        single.forEach(m -> m.tensor().copyFrom(m.bytes()));
        together.forEach(Slots.Apart::copyFrom);
    }

    private void gather(Slots.Apart memory, Slots.TensorAccess tensor, ByteBuffer bytes) {
        together.computeIfAbsent(memory, m -> new ArrayList<>()).add(new Slots.Move(tensor, bytes));
    }
}
