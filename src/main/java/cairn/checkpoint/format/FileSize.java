package cairn.checkpoint.format;

import cairn.state.ElementType;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.state.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * The size of a checkpoint's file from what a component declares, without reading its tensors. It is exact, because digests and
 * checksums have a fixed length.
 */
public final class FileSize {
    private FileSize() {
    }

    /** The bytes of the file that a checkpoint of {@code part} as it is now would have. */
    public static long of(Snapshottable part, long step, Map<String, String> facts, Map<String, Double> metrics) {
        Map<String, Header.Entry> declared = new LinkedHashMap<>();
        part.slots(new Declared("", declared));
        Map<String, Header.Entry> entries = new LinkedHashMap<>(declared);
        long at = 0;
        for (ElementType type : ElementType.values()) {
            for (Map.Entry<String, Header.Entry> e : declared.entrySet()) {
                if (e.getValue() instanceof Header.Span s && s.type() == type) {
                    entries.put(e.getKey(), new Header.Span(type, s.shape(), at, at + s.end(), 0));
                    at += s.end();
                }
            }
        }
        return Header.planned(step, facts, metrics, entries).fileBytes();
    }

    /** Writes down what is declared; each tensor as if it stood first in the file. */
    private record Declared(String prefix, Map<String, Header.Entry> entries) implements Slots {
        @Override
        public void tensor(String name, ElementType type, long[] shape, TensorAccess access) {
            List<Long> sizes = LongStream.of(shape).boxed().toList();
            entries.put(prefix + name, new Header.Span(type, sizes, 0, Value.Tensor.bytesOf(type, shape), 0));
        }

        @Override
        public void scalar(String name, Supplier<Value.Scalar> get, Consumer<Value.Scalar> set) {
            entries.put(prefix + name, new Header.Scalar(get.get()));
        }

        @Override
        public void constant(String name, String value) {
            entries.put(prefix + name, new Header.Scalar(new Value.Text(value)));
        }

        @Override
        public void child(String name, Snapshottable part) {
            part.slots(new Declared(prefix + name + "/", entries));
        }
    }
}
