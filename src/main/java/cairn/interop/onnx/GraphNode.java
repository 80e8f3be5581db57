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

/**
 * A node of a graph that was read.
 *
 * @param name its own, or one that says where it stands
 * @param op the operator; of another domain than ONNX's own with the domain before it
 * @param inputs names of values; an empty one stands for an input that is left out
 * @param settings its attributes: {@code Float}, {@code Long}, {@code String}, {@code long[]}, {@code FileTensor}, or
 *     {@link #UNREAD}
 */
record GraphNode(String name, String op, List<String> inputs, List<String> outputs, Map<String, Object> settings) {
    /** An attribute that is not read, such as a graph within this one. */
    static final String UNREAD = "\0";

    /** Is told of each part that is read, and refuses too many. */
    interface Counter {
        void count() throws IOException;
    }

    /**
     * Reads a {@code NodeProto}.
     *
     * @param place of the node in the graph, for messages
     */
    static GraphNode read(String file, Fields f, String place, Counter counter) throws IOException {
        return new Parts(file, place, counter).node(f);
    }

    /** The value that it computes. */
    String output() {
        return outputs.get(0);
    }

    /** Such as {@code node /0/Conv (Conv)}. */
    String describe() {
        return "node " + name + " (" + op + ")";
    }

    boolean has(String setting) {
        return settings.containsKey(setting);
    }

    boolean hasInput(int i) {
        return i < inputs.size() && !inputs.get(i).isEmpty();
    }

    String input(int i) {
        return hasInput(i) ? inputs.get(i) : "";
    }

    long integer(String setting, long otherwise) {
        return settings.get(setting) instanceof Long value ? value : otherwise;
    }

    /** A number that was written in decimals and rounded to float32, in the fewest decimals that give it: 0.1 and not 0.10000000149. */
    double real(String setting, double otherwise) {
        return settings.get(setting) instanceof Float value ? Double.parseDouble(value.toString()) : otherwise;
    }

    String text(String setting, String otherwise) {
        return settings.get(setting) instanceof String value ? value : otherwise;
    }

    long[] integers(String setting, long... otherwise) {
        return settings.get(setting) instanceof long[] value ? value.clone() : otherwise;
    }

    boolean hasTensor(String setting) {
        return settings.get(setting) instanceof FileTensor;
    }

    /** The value of this node that is a constant, if it is a tensor, a number or whole numbers. */
    Optional<FileTensor> constant() {
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

    /** A node while it is read. */
    private static final class Parts {
        private static final int MOST_ELEMENTS = 1 << 16;

        private final String file;
        private final String place;
        private final Counter counter;
        private final Map<String, Object> settings = new HashMap<>();

        Parts(String file, String place, Counter counter) {
            this.file = file;
            this.place = place;
            this.counter = counter;
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
}
