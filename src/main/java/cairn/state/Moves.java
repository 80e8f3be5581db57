package cairn.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tensors of one capture or one restore, gathered by the region of memory that they lie in. */
final class Moves {
    /** Less is read by one thread in less time than it takes to wake another one for it. */
    private static final long WORTH_THREADS = 4 << 20;

    /** A tensor, and what it is to become. */
    private record In(Slots.TensorAccess tensor, Value.Tensor source) {
    }

    private final List<In> single = new ArrayList<>();
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
    void in(Slots.TensorAccess tensor, Value.Tensor source) {
        Optional<Slots.Region> region = tensor.region();
        if (region.isEmpty()) {
            single.add(new In(tensor, source));
        } else {
            gather(region.get(), tensor, source.bytes());
        }
    }

    void finishIn() {
        // What has to be read first is read by several threads, each tensor straight to its place.
        List<Runnable> reads = new ArrayList<>();
        long bytes = 0;
        for (In in : single) {
            Optional<ByteBuffer> memory = in.source.isUnread() ? in.tensor.memory() : Optional.empty();
            if (memory.isPresent()) {
                reads.add(() -> in.source.copyTo(memory.get()));
                bytes += memory.get().remaining();
            } else {
                in.tensor.copyFrom(in.source.bytes());
            }
        }
        (bytes >= WORTH_THREADS ? SharedWork.begin(reads) : SharedWork.later(reads)).finish();
        together.forEach(Slots.Region::copyFrom);
    }

    private void gather(Slots.Region memory, Slots.TensorAccess tensor, ByteBuffer bytes) {
        together.computeIfAbsent(memory, m -> new ArrayList<>()).add(new Slots.Move(tensor, bytes));
    }
}
