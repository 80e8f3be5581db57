package cairn.interop.keras;

import cairn.interop.file.FileMoments.Vectors;
import cairn.interop.file.FileTensor;
import cairn.state.StateMemory;
import cairn.state.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Vectors of an optimizer, by the names of their tensors: under other slots, two in one, in the numbers of here. */
final class SlotVectors {
    private SlotVectors() {
    }

    static Map<String, Vectors> renamed(Map<String, Vectors> vectors, String slot) {
        Map<String, Vectors> all = new LinkedHashMap<>();
        vectors.forEach((tensor, v) -> all.put(tensor, new Vectors(v.updates(), Map.of(slot, v.vectors().get("m")))));
        return all;
    }

    static Map<String, Vectors> joined(Map<String, Vectors> one, Map<String, Vectors> other) {
        Map<String, Vectors> all = new LinkedHashMap<>();
        one.forEach((tensor, v) -> {
            Map<String, FileTensor> both = new LinkedHashMap<>(v.vectors());
            both.putAll(other.get(tensor).vectors());
            all.put(tensor, new Vectors(v.updates(), both));
        });
        return all;
    }

    /** b = -m / lr, because m = μ·m - lr·g there and b = μ·b + g here. */
    static Map<String, Vectors> velocities(Map<String, Vectors> vectors, double rate) {
        Map<String, Vectors> all = new LinkedHashMap<>();
        vectors.forEach((tensor, v) -> all.put(tensor, new Vectors(v.updates(), Map.of("b", scaled(v.vectors().get("m"), -1 / rate)))));
        return all;
    }

    private static FileTensor scaled(FileTensor t, double by) {
        Value.Tensor value = t.value();
        int width = value.type().bytes();
        ByteBuffer to = StateMemory.allocate(Math.toIntExact(value.size() * width)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < value.size(); i++) {
            if (width == 8) {
                to.putDouble(8 * i, number(t, i) * by);
            } else {
                to.putFloat(4 * i, (float) (number(t, i) * by));
            }
        }
        return new FileTensor(t.dtype(), new Value.Tensor(value.type(), t.shape(), to));
    }

    static boolean isNeverNegative(FileTensor t) {
        for (int i = 0; i < t.value().size(); i++) {
            if (number(t, i) < 0) {
                return false;
            }
        }
        return true;
    }

    /** An element of a tensor. */
    static double number(FileTensor t, int i) {
        ByteBuffer bytes = t.value().bytes().order(ByteOrder.LITTLE_ENDIAN);
        return switch (t.value().type()) {
            case F64 -> bytes.getDouble(8 * i);
            case F32 -> bytes.getFloat(4 * i);
            case I64 -> bytes.getLong(8 * i);
            case I32 -> bytes.getInt(4 * i);
            case U8 -> bytes.get(i) & 0xff;
        };
    }
}
