package cairn.interop;

import cairn.interop.file.FileTensor;
import cairn.state.ElementType;
import cairn.state.StateMemory;
import cairn.state.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Numbers of a file as the type of a model, and what that changes. */
final class Numbers {
    private Numbers() {
    }

    /** The numbers of {@code t} as {@code type}, float32 or float64, each rounded to the nearest if it has to be. */
    static Value.Tensor as(ElementType type, Value.Tensor t) {
        if (t.type() == type) {
            return t;
        }
        int size = Math.toIntExact(t.size());
        ByteBuffer bytes = StateMemory.allocate(Math.toIntExact((long) size * type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; i++) {
            if (type == ElementType.F64) {
                bytes.putDouble(t.get(i));
            } else {
                bytes.putFloat((float) t.get(i));
            }
        }
        return new Value.Tensor(type, t.shape(), bytes.flip());
    }

    /** What {@link #as} does to numbers of this type of a file, in words; empty if nothing. */
    static Optional<String> change(FileTensor.Type from, ElementType type) {
        boolean isFloat = from.label().contains("float");
        if (from.own() == type && !from.widens()) {
            return Optional.empty();
        } else if (isFloat && from.bytes() < type.bytes()) {
            return Optional.of("widened from " + from.label());
        }
        return Optional.of((from.bytes() > type.bytes() ? "rounded from " : "converted from ") + from.label());
    }
}
