package cairn.interop.onnx;

import cairn.state.ElementType;
import cairn.state.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The nodes and tensors of a graph that is written. A node bears the name of the value that it computes. */
final class Nodes {
    private record Node(String op, String name, List<String> inputs, Map<String, Object> attributes) {
    }

    private final ElementType type;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Value.Tensor> tensors = new LinkedHashMap<>();

    /** @param type of the numbers */
    Nodes(ElementType type) {
        this.type = type;
    }

    ElementType type() {
        return type;
    }

    /**
     * Adds a node; returns the name of its value, which is that of the node.
     *
     * @param attributes {@code Float}, {@code Long}, {@code String} and {@code long[]}, by name
     */
    String add(String op, String name, Map<String, Object> attributes, String... inputs) {
        nodes.add(new Node(op, name, List.of(inputs), attributes));
        return name;
    }

    String add(String op, String name, String... inputs) {
        return add(op, name, Map.of(), inputs);
    }

    String transposed(String value, String order, long... axes) {
        return add("Transpose", value + "/" + order, Map.of("perm", axes), value);
    }

    /** Adds a tensor; returns its name. */
    String tensor(String name, Value.Tensor tensor) {
        tensors.put(name, tensor);
        return name;
    }

    /** Adds numbers in the type of the graph; one number has no dimension. */
    String numbers(String name, double... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (double v : values) {
            if (type == ElementType.F64) {
                bytes.putDouble(v);
            } else {
                bytes.putFloat((float) v);
            }
        }
        return tensor(name, new Value.Tensor(type, values.length == 1 ? new long[0] : new long[] {values.length}, bytes.flip()));
    }

    /** Adds a shape. */
    String shape(String name, long... sizes) {
        ByteBuffer bytes = ByteBuffer.allocate(sizes.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(sizes);
        return tensor(name, new Value.Tensor(ElementType.I64, new long[] {sizes.length}, bytes));
    }

    /**
     * Writes nodes and tensors into the message of a graph.
     *
     * @param result the value that gets the name {@code output}
     */
    void into(Message graph, String result, String output) {
        for (Node n : nodes) {
            Message node = new Message();
            n.inputs.forEach(input -> node.text(1, input.equals(result) ? output : input));
            node.text(2, n.name.equals(result) ? output : n.name).text(3, n.name).text(4, n.op);
            n.attributes.keySet().stream().sorted().forEach(name -> node.message(5, attribute(name, n.attributes.get(name))));
            graph.message(1, node);
        }
        graph.text(2, "cairn");
        tensors.forEach((name, tensor) -> graph.message(5, tensor(tensor).text(8, name).bytes(9, tensor.bytes())));
    }

    private static Message tensor(Value.Tensor tensor) {
        Message message = new Message();
        for (long size : tensor.shape()) {
            message.integer(1, size);
        }
        return message.integer(2, dataType(tensor.type()));
    }

    /** Kinds: 1 a float, 2 an integer, 3 a text, 7 integers. */
    private static Message attribute(String name, Object value) {
        Message message = new Message().text(1, name);
        if (value instanceof Float f) {
            return message.real(2, f).integer(20, 1);
        } else if (value instanceof Long i) {
            return message.integer(3, i).integer(20, 2);
        } else if (value instanceof String s) {
            return message.text(4, s).integer(20, 3);
        }
        for (long i : (long[]) value) {
            message.integer(8, i);
        }
        return message.integer(20, 7);
    }

    /** The number of a type in {@code TensorProto.DataType}. */
    static int dataType(ElementType type) {
        return switch (type) {
            case F32 -> 1;
            case U8 -> 2;
            case I32 -> 6;
            case I64 -> 7;
            case F64 -> 11;
        };
    }
}
