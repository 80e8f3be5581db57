package cairn.interop.keras;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A layer of a model that is written.
 *
 * @param name its name, alone in the model
 * @param module where its class is, such as {@code keras.layers}
 * @param part the path of the layer here whose tensors it has; empty if it has none
 * @param inputs those that feed it
 * @param out the shape of a row of its output
 */
record KerasNode(String name, String module, String type, ObjectNode config, String part, List<KerasNode> inputs, long[] out) {

    static final String LAYERS = "keras.layers";

    boolean isLayer() {
        return module.equals(LAYERS);
    }

    /**
     * All that {@code last} needs, in the order in which Keras counts the layers of a functional model (map_graph in
     * keras.src.ops.function): the farthest from the output first; among those as far, the one first that a walk back from the output meets
     * first.
     */
    static List<KerasNode> ordered(KerasNode last) {
        Map<KerasNode, Integer> met = new HashMap<>();
        List<KerasNode> forwards = new ArrayList<>();
        walk(last, met, forwards);
        Map<KerasNode, Integer> distance = new HashMap<>();
        for (int i = forwards.size() - 1; i >= 0; i--) {
            int own = distance.computeIfAbsent(forwards.get(i), key -> 0);
            forwards.get(i).inputs().forEach(input -> distance.merge(input, own + 1, Math::max));
        }
        List<KerasNode> ordered = new ArrayList<>(forwards);
        ordered.sort(Comparator.<KerasNode, Integer>comparing(distance::get).reversed().thenComparing(met::get));
        return ordered;
    }

    private static void walk(KerasNode node, Map<KerasNode, Integer> met, List<KerasNode> forwards) {
        if (met.putIfAbsent(node, met.size()) == null) {
            node.inputs().forEach(input -> walk(input, met, forwards));
            forwards.add(node);
        }
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
