package cairn.interop.onnx;

import cairn.interop.file.FileTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A {@code NodeProto} with its attributes. Graphs within it are not read. */
final class NodeMessage {
    private static final int MOST_ELEMENTS = 1 << 16;

    /** Is told of each part that is read, and refuses too many. */
    interface Counter {
        void count() throws IOException;
    }

    private final String file;
    private final String place;
    private final Counter counter;
    private final Map<String, Object> settings = new HashMap<>();

    private NodeMessage(String file, String place, Counter counter) {
        this.file = file;
        this.place = place;
        this.counter = counter;
    }

    /** @param place of the node in the graph, for messages */
    static GraphNode read(String file, Fields f, String place, Counter counter) throws IOException {
        return new NodeMessage(file, place, counter).node(f);
    }

    private GraphNode node(Fields f) throws IOException {
        List<String> in = new ArrayList<>();
        List<String> out = new ArrayList<>();
        String name = "";
        String op = "";
        String domain = "";
        while (f.next()) {
            counter.count();
            switch (f.field()) {
                case 1 -> in.add(f.text());
                case 2 -> out.add(f.text());
                case 3 -> name = f.text();
                case 4 -> op = f.text();
                case 5 -> attribute(f.message("attribute of " + place));
                case 7 -> domain = f.text();
                default -> { }
            }
        }
        return new GraphNode(name.isEmpty() ? op + " (" + place + ")" : name, isOwn(domain) ? op : domain + "." + op, List.copyOf(in),
                List.copyOf(out), settings);
    }

    /** The value of a node that is a constant, if it is a tensor, a number or whole numbers. */
    static Optional<FileTensor> constant(Map<String, Object> settings) {
        if (settings.get("value") instanceof FileTensor tensor) {
            return Optional.of(tensor);
        } else if (settings.get("value_float") instanceof Float number) {
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(number).flip();
            return Optional.of(FileTensor.of(FileTensor.Type.FLOAT32, new long[0], bytes));
        }
        boolean isOne = settings.get("value_int") instanceof Long;
        Object value = isOne ? new long[] {(Long) settings.get("value_int")} : settings.get("value_ints");
        if (value instanceof long[] numbers) {
            ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asLongBuffer().put(numbers);
            return Optional.of(FileTensor.of(FileTensor.Type.INT64, isOne ? new long[0] : new long[] {numbers.length}, bytes));
        }
        return Optional.empty();
    }

    static boolean isOwn(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    private void attribute(Fields f) throws IOException {
        String name = "";
        Object value = GraphNode.UNREAD;
        List<Long> integers = new ArrayList<>();
        while (f.next()) {
            counter.count();
            switch (f.field()) {
                case 1 -> name = f.text();
                case 2 -> value = f.real();
                case 3 -> value = f.integer();
                case 4 -> value = f.text();
                case 5 -> {
                    TensorMessage.Named t = TensorMessage.read(file, f.message("tensor"), f.message("tensor"));
                    value = t.tensor().isPresent() ? t.tensor().get() : GraphNode.UNREAD;
                }
                case 8 -> {
                    if (f.kind() == Fields.VARINT) {
                        integers.add(f.integer());
                    } else {
                        for (Fields all = f.packed(); all.hasMore() && integers.size() <= MOST_ELEMENTS;) {
                            integers.add(all.varint());
                        }
                    }
                    if (integers.size() > MOST_ELEMENTS) {
                        throw f.problem("has more than " + MOST_ELEMENTS + " numbers");
                    }
                    value = integers;
                }
                default -> { }
            }
        }
        settings.put(name, value == integers ? integers.stream().mapToLong(Long::longValue).toArray() : value);
    }
}
