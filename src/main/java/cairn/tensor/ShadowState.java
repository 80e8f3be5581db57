package cairn.tensor;

import static cairn.state.Ephemeral.Kind.FIXED;

import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.state.Value;
import cairn.tensor.device.Device;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.any.Assign;

/**
 * A copy of a component's state, which is {@linkplain #take() taken} from the component and can be {@linkplain #put() put} back. The copy
 * is state too, with the same names. Its memory is allocated once, beside the component's own: on a device if that lies there.
 */
public final class ShadowState implements Snapshottable {

    /** A slot and its copy. */
    private interface Pair {
        /** Copies the slot; does nothing if its {@link Vector} is copied. */
        default void take() {
        }

        /** Copies back; does nothing if its {@link Vector} is copied. */
        default void put() {
        }

        void declare(Slots s);
    }

    private final List<Pair> pairs;
    private final List<Vector> vectors;

    /** Takes the present state of {@code part}. */
    public ShadowState(Snapshottable part) {
        List<Pair> found = new ArrayList<>();
        Map<INDArray, Vector> memories = new IdentityHashMap<>();
        part.slots(new Pairing("", found, memories));
        pairs = List.copyOf(found);
        vectors = List.copyOf(memories.values());
        take();
    }

    /** Copies the present state of the component; copies within a device have ended when this returns. */
    public void take() {
        vectors.forEach(v -> v.take.run());
        pairs.forEach(Pair::take);
        Device.MEMORY.finish();
    }

    /** Gives the component the state of the copy. */
    public void put() {
        vectors.forEach(v -> v.put.run());
        pairs.forEach(Pair::put);
    }

    /**
     * Frees the memory of the copy now; the garbage collector does not see the pressure of a device's memory. Nothing may be called
     * afterwards.
     */
    public void release() {
        vectors.forEach(v -> v.kept.root().close());
    }

    @Override
    public void slots(Slots s) {
        pairs.forEach(p -> p.declare(s));
    }

    /** A memory that holds tensors, and as much for their copies: all of them are copied at once, within the device. */
    private static final class Vector {
        private final Array kept;
        private final Operation take;
        private final Operation put;

        Vector(Array one) {
            Array live = one.whole();
            kept = Array.zeros(live.type(), live.shape());
            take = Native.legacy(new Assign(live.nd(), kept.nd()));
            put = Native.legacy(new Assign(kept.nd(), live.nd()));
        }
    }

    /** A tensor that lies in a {@link Vector}. */
    private record InVector(String name, Array kept) implements Pair {
        @Override
        public void declare(Slots s) {
            s.tensor(name, kept.type(), kept.shape(), kept);
        }
    }

    /** A tensor whose numbers lie elsewhere, such as in a Java array. */
    private record Bytes(String name, ElementType type, @Ephemeral(value = "a shape", kind = FIXED) long[] shape, byte[] kept,
            Slots.TensorAccess live) implements Pair, Slots.TensorAccess {
        @Override
        public void take() {
            live.copyTo(all());
        }

        @Override
        public void put() {
            live.copyFrom(all());
        }

        @Override
        public void copyTo(ByteBuffer target) {
            target.put(kept);
        }

        @Override
        public void copyFrom(ByteBuffer source) {
            source.get(kept);
        }

        @Override
        public void declare(Slots s) {
            s.tensor(name, type, shape, this);
        }

        private ByteBuffer all() {
            return ByteBuffer.wrap(kept).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** A text that never changes. */
    private record Fixed(String name, String value) implements Pair {
        @Override
        public void declare(Slots s) {
            s.constant(name, value);
        }
    }

    /** A number or a text, and its copy. */
    private static final class Scalar implements Pair {
        private final String name;
        private final Supplier<Value.Scalar> get;
        private final Consumer<Value.Scalar> set;
        private Value.Scalar kept;

        Scalar(String name, Supplier<Value.Scalar> get, Consumer<Value.Scalar> set) {
            this.name = name;
            this.get = get;
            this.set = set;
        }

        @Override
        public void take() {
            kept = get.get();
        }

        @Override
        public void put() {
            set.accept(kept);
        }

        @Override
        public void declare(Slots s) {
            s.scalar(name, () -> kept, v -> kept = v);
        }
    }

    /** Collects the slots. */
    private record Pairing(String prefix, List<Pair> pairs, Map<INDArray, Vector> memories) implements Slots {
        @Override
        public void tensor(String name, ElementType type, long[] shape, TensorAccess access) {
            if (access instanceof Array live) {
                Vector vector = memories.computeIfAbsent(live.root(), root -> new Vector(live));
                pairs.add(new InVector(prefix + name, vector.kept.view(live.offset(), shape)));
            } else {
                byte[] copy = new byte[Math.toIntExact(Math.multiplyExact(Array.size(shape), type.bytes()))];
                pairs.add(new Bytes(prefix + name, type, shape.clone(), copy, access));
            }
        }

        @Override
        public void scalar(String name, Supplier<Value.Scalar> get, Consumer<Value.Scalar> set) {
            pairs.add(new Scalar(prefix + name, get, set));
        }

        @Override
        public void constant(String name, String value) {
            pairs.add(new Fixed(prefix + name, value));
        }

        @Override
        public void child(String name, Snapshottable part) {
            part.slots(new Pairing(prefix + name + "/", pairs, memories));
        }
    }
}
