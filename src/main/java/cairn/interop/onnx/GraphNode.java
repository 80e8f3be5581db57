package cairn.interop.onnx;

import cairn.interop.file.FileTensor;
import java.util.List;
import java.util.Map;

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
}
