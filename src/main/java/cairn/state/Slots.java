package cairn.state;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Where a {@link Snapshottable} declares its state, each piece once: a name, how to read it, how to write it.
 * Capture, schema, comparison and restore all follow from the same declaration.
 *
 * <p>Law: names are segments of {@code a-z 0-9 . _ -} joined by {@code /}, each used once, and the declared names, kinds
 * and shapes never change during the life of a component.
 */
public interface Slots {

    /** How a tensor's bytes are copied out and in. Both buffers are little-endian and hold exactly the tensor's bytes. */
    interface TensorAccess {
        /** Copies the live tensor into {@code target}, filling it from its position to its limit. */
        void copyTo(ByteBuffer target);

        /** Copies {@code source} over the live tensor. Must not fail: shape and type have been checked. */
        void copyFrom(ByteBuffer source);

        /** The live tensor's own memory, little-endian, if Java sees it and it has one piece: then content can be read straight into it. */
        default Optional<ByteBuffer> memory() {
            return Optional.empty();
        }

        /** The region that the tensor lies in, if it lies in one: then one copy moves all tensors of the region. */
        default Optional<Region> region() {
            return Optional.empty();
        }
    }

    /** Memory in which several tensors lie, and where each copy is dear. Two tensors lie in the same one if their regions are equal. */
    interface Region {
        /** Copies the tensors of all {@code moves}, which lie here, into their buffers, in as few copies as possible. */
        void copyTo(List<Move> moves);

        /** Copies the buffers of all {@code moves} over their tensors, which lie here, in as few copies as possible. */
        void copyFrom(List<Move> moves);
    }

    /**
     * A tensor that is copied, out or in.
     *
     * @param tensor as it was declared
     * @param bytes little-endian, exactly the tensor's
     */
    record Move(TensorAccess tensor, ByteBuffer bytes) {
    }

    /** A tensor of fixed type and shape. */
    void tensor(String name, ElementType type, long[] shape, TensorAccess access);

    /**
     * A number or a text that changes. Its kind does not: what {@code get} gives is always of one kind, and {@code set} takes that
     * kind.
     */
    void scalar(String name, Supplier<Value.Scalar> get, Consumer<Value.Scalar> set);

    /** A whole number that changes. */
    default void integer(String name, LongSupplier get, LongConsumer set) {
        scalar(name, () -> new Value.Int(get.getAsLong()), v -> set.accept(((Value.Int) v).value()));
    }

    /** A real number that changes. */
    default void real(String name, DoubleSupplier get, DoubleConsumer set) {
        scalar(name, () -> new Value.Real(get.getAsDouble()), v -> set.accept(((Value.Real) v).value()));
    }

    /** A text that changes. */
    default void text(String name, Supplier<String> get, Consumer<String> set) {
        scalar(name, () -> new Value.Text(get.get()), v -> set.accept(((Value.Text) v).value()));
    }

    /** A text that never changes: a state in which it differs is refused. */
    void constant(String name, String value);

    /** A component of this one: its slots stand under {@code name/}. */
    void child(String name, Snapshottable part);
}
