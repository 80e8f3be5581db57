package cairn.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * A statistic of the layers as the page draws it. Its scale is always the same, so that two steps can be compared by eye.
 *
 * @param kind the first word of its names, such as {@code gradient-norm} of {@code gradient-norm/0.dense}
 * @param title one word for people
 * @param from where the scale begins; of a scale that begins above 0 each power of ten is equally wide
 * @param to where it ends
 * @param watched what the command line watches of the layers to see it
 */
record Statistic(String kind, String title, double from, double to, String watched) {
    static final List<Statistic> ALL = List.of(new Statistic("gradient-norm", "Gradient", 1e-5, 10, "gradients"),
            new Statistic("update-ratio", "Update", 1e-6, 0.1, "updates"), new Statistic("dead", "Dead", 0, 1, "activations"),
            new Statistic("saturated", "Saturated", 0, 1, "activations"));

    /** Adds the values of all layers that have this statistic; nothing if none has it. */
    void put(ArrayNode into, Map<String, Double> statistics, String command) {
        ObjectNode values = Answer.object();
        statistics.forEach((name, value) -> {
            if (name.startsWith(kind + "/")) {
                Answer.put(values, name.substring(kind.length() + 1), value);
            }
        });
        if (!values.isEmpty()) {
            into.addObject().put("kind", kind).put("title", title).put("from", from).put("to", to).put("command", command)
                    .set("values", values);
        }
    }
}
