package cairn.tensor;

import cairn.state.ElementType;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A component's state as it was when it was {@linkplain #take() taken}, kept beside it to be {@linkplain #put() put} back. It is
 * state itself, under the same names. Its memory is made once.
 */
public final class KeptState implements Snapshottable {

    /** One slot, twice. */
    private interface Pair {
        void take();

        void put();

        void declare(Slots s);
    }

    private final List<Pair> pairs;

    /** Keeps the present state of {@code part}, of floats and scalars. */
    public KeptState(Snapshottable part) {
        List<Pair> found = new ArrayList<>();
        part.slots(new Pairing("", found));
        pairs = List.copyOf(found);
        take();
    }

    /** Keeps what the component's state is now. */
    public void take() {
        pairs.forEach(Pair::take);
    }

    /** Makes the component's state what was kept. */
    public void put() {
        pairs.forEach(Pair::put);
    }

    @Override
    public void slots(Slots s) {
        pairs.forEach(p -> p.declare(s));
    }

    /** A tensor, and an array of its own for the copy. */
    private record Tensor(String name, Array kept, Slots.TensorAccess live) implements Pair {
        @Override
        public void take() {
            live.copyTo(kept.bytes());
            kept.written();
        }

        @Override
        public void put() {
            live.copyFrom(kept.bytes());
        }

        @Override
        public void declare(Slots s) {
            s.tensor(name, kept.type(), kept.shape(), kept.access());
        }
    }

    /** A number or a text, and its copy. */
    private abstract static class Scalar<V> implements Pair {
        final String name;
        private final Supplier<V> get;
        private final Consumer<V> set;
        V kept;

        Scalar(String name, Supplier<V> get, Consumer<V> set) {
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
    }

    private static final class Whole extends Scalar<Long> {
        Whole(String name, Supplier<Long> get, Consumer<Long> set) {
            super(name, get, set);
        }

        @Override
        public void declare(Slots s) {
            s.integer(name, () -> kept, v -> kept = v);
        }
    }

    private static final class Real extends Scalar<Double> {
        Real(String name, Supplier<Double> get, Consumer<Double> set) {
            super(name, get, set);
        }

        @Override
        public void declare(Slots s) {
            s.real(name, () -> kept, v -> kept = v);
        }
    }

    private static final class Text extends Scalar<String> {
        Text(String name, Supplier<String> get, Consumer<String> set) {
            super(name, get, set);
        }

        @Override
        public void declare(Slots s) {
            s.text(name, () -> kept, v -> kept = v);
        }
    }

    /** Finds the slots. */
    private record Pairing(String prefix, List<Pair> pairs) implements Slots {
        @Override
        public void tensor(String name, ElementType type, long[] shape, TensorAccess access) {
            pairs.add(new Tensor(prefix + name, Array.zeros(type, shape), access));
        }

        @Override
        public void integer(String name, LongSupplier get, LongConsumer set) {
            pairs.add(new Whole(prefix + name, get::getAsLong, set::accept));
        }

        @Override
        public void real(String name, DoubleSupplier get, DoubleConsumer set) {
            pairs.add(new Real(prefix + name, get::getAsDouble, set::accept));
        }

        @Override
        public void text(String name, Supplier<String> get, Consumer<String> set) {
            pairs.add(new Text(prefix + name, get, set));
        }

        @Override
        public void constant(String name, String value) {
            // Never changes, so there is nothing to keep.
        }

        @Override
        public void child(String name, Snapshottable part) {
            part.slots(new Pairing(prefix + name + "/", pairs));
        }
    }
}
