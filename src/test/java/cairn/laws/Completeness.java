package cairn.laws;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.state.ElementType;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a component's slots reach of all that can change in it. Found out by trying: each slot is given another value, and what
 * changes with it is in that slot; then it gets its own back.
 */
final class Completeness {
    private final Audit audit;
    private final Set<Audit.Cell> cells = new HashSet<>();
    private final Map<Audit.Memory, Integer> bytesReached = new HashMap<>();

    private Completeness(Audit audit) {
        this.audit = audit;
    }

    static Completeness of(Snapshottable part) {
        Completeness completeness = new Completeness(Audit.of(part));
        Attempts attempts = new Attempts();
        part.slots(attempts);
        attempts.scalars.forEach(completeness::tryScalar);
        completeness.tryTensors(attempts.tensors);
        return completeness;
    }

    /** Places of what can change, is in no slot and stands not on the list. */
    Map<String, Set<String>> undeclared(Set<String> declared) {
        Map<String, Set<String>> left = new TreeMap<>(audit.changeable());
        left.keySet().removeAll(placesReached());
        left.keySet().removeAll(declared);
        return left;
    }

    /** Places of fields that are in a slot, in every object that has them. */
    private Set<String> placesReached() {
        Set<String> reached = new TreeSet<>();
        Set<String> missed = new TreeSet<>();
        audit.cells().forEach((cell, place) -> (cells.contains(cell) ? reached : missed).add(place));
        reached.removeAll(missed);
        return reached;
    }

    /** Native memory of which no slot reaches anything, with the places that hold it. */
    Map<Audit.Memory, Set<String>> memoryInNoSlot() {
        Map<Audit.Memory, Set<String>> left = new HashMap<>(audit.memories());
        left.keySet().removeAll(bytesReached.keySet());
        return left;
    }

    /** Places of native memory of which slots reach a part and leave a part. */
    Set<String> memoryHalfInSlots() {
        Set<String> half = new TreeSet<>();
        bytesReached.forEach((memory, bytes) -> {
            if (bytes < memory.bytes()) {
                half.add(audit.memories().get(memory) + ": " + bytes + " of " + memory.bytes() + " bytes");
            }
        });
        return half;
    }

    Audit audit() {
        return audit;
    }

    // --- trying

    /** Another value for a slot, and its own. */
    private record Attempt(Runnable change, Runnable back) {
    }

    private static final class Attempts implements Slots {
        private final List<Attempt> scalars = new ArrayList<>();
        private final List<Attempt> tensors = new ArrayList<>();

        @Override
        public void tensor(String name, ElementType type, long[] shape, TensorAccess access) {
            int count = type.bytes();
            for (long size : shape) {
                count *= (int) size;
            }
            ByteBuffer own = buffer(count);
            access.copyTo(own.duplicate().order(ByteOrder.LITTLE_ENDIAN));
            ByteBuffer other = buffer(count);
            for (int i = 0; i < count; i++) {
                other.put(i, (byte) ~own.get(i));
            }
            tensors.add(new Attempt(() -> access.copyFrom(other), () -> access.copyFrom(own)));
        }

        private static ByteBuffer buffer(int count) {
            return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public void integer(String name, LongSupplier get, LongConsumer set) {
            long own = get.getAsLong();
            scalars.add(new Attempt(() -> set.accept(own + 1), () -> set.accept(own)));
        }

        @Override
        public void real(String name, DoubleSupplier get, DoubleConsumer set) {
            double own = get.getAsDouble();
            scalars.add(new Attempt(() -> set.accept(own == 0.625 ? 0.5 : 0.625), () -> set.accept(own)));
        }

        @Override
        public void text(String name, Supplier<String> get, Consumer<String> set) {
            String own = get.get();
            scalars.add(new Attempt(() -> set.accept(own + "x"), () -> set.accept(own)));
        }

        @Override
        public void constant(String name, String value) {
            // Never written.
        }

        @Override
        public void child(String name, Snapshottable part) {
            part.slots(this);
        }
    }

    private void tryScalar(Attempt attempt) {
        Map<Audit.Cell, Object> before = new HashMap<>();
        audit.cells().keySet().forEach(cell -> before.put(cell, cell.value()));
        attempt.change().run();
        before.forEach((cell, value) -> {
            if (!Objects.equals(cell.value(), value)) {
                cells.add(cell);
            }
        });
        attempt.back().run();
    }

    /** All at once: what matters is which memory they reach, not which of them does. */
    private void tryTensors(List<Attempt> attempts) {
        Map<Audit.Memory, byte[]> before = contents(audit.memories().keySet());
        attempts.forEach(a -> a.change().run());
        contents(audit.memories().keySet()).forEach((memory, after) -> {
            int changed = 0;
            for (int i = 0; i < after.length; i++) {
                changed += after[i] == before.get(memory)[i] ? 0 : 1;
            }
            if (changed > 0) {
                bytesReached.put(memory, changed);
            }
        });
        attempts.forEach(a -> a.back().run());
    }

    // --- native memory

    static Map<Audit.Memory, byte[]> contents(Set<Audit.Memory> memories) {
        Map<Audit.Memory, byte[]> contents = new HashMap<>();
        memories.forEach(memory -> {
            byte[] bytes = new byte[Math.toIntExact(memory.bytes())];
            window(memory).get(bytes);
            contents.put(memory, bytes);
        });
        return contents;
    }

    /** Notes which elements differ: the border of zeros around an image is fixed, though the image changes. */
    static void mark(Audit.Memory memory, byte[] one, byte[] other, BitSet elements) {
        int size = memory.buffer().getElementSize();
        for (int i = 0; i < one.length; i++) {
            if (one[i] != other[i]) {
                elements.set(i / size);
            }
        }
    }

    /** Overwrites these elements with NaN, which nothing computed from it survives. */
    static void poison(Audit.Memory memory, BitSet elements) {
        ByteBuffer window = window(memory);
        DataType type = memory.buffer().dataType();
        assertThat(type).isIn(DataType.FLOAT, DataType.DOUBLE);
        elements.stream().forEach(i -> {
            if (type == DataType.FLOAT) {
                window.putFloat(4 * i, Float.NaN);
            } else {
                window.putDouble(8 * i, Double.NaN);
            }
        });
    }

    private static ByteBuffer window(Audit.Memory memory) {
        return new BytePointer(memory.buffer().pointer()).capacity(memory.bytes()).position(0).limit(memory.bytes())
                .asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
}
