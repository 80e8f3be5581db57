package cairn.transfer;

import cairn.state.State;
import cairn.state.Value;
import cairn.words.Printable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The last layers of a model, whose numbers belong to its outputs one by one: the last layer with a tensor of two or more dimensions, and what
 * follows it, such as a normalization. If the outputs mean other classes now, what these layers have learnt is of no use.
 *
 * @param layers their names, such as {@code 2.dense}
 * @param reason why they are not copied; empty if they are
 */
record Head(Set<String> layers, Optional<String> reason) {
    private static final String MODEL = "model/";
    private static final String LABELS = "data/labels";

    /**
     * What happens to the head of a new training.
     *
     * @param start the state of the new training
     * @param saved what it copies from; without a fact about its classes, they are taken for the same
     */
    static Head of(State start, State saved, StateFilter filter) {
        Optional<String> here = classes(start);
        Optional<String> there = classes(saved);
        if (here.isEmpty() || there.isEmpty() || here.equals(there)) {
            return new Head(Set.of(), Optional.empty());
        }
        Set<String> layers = new LinkedHashSet<>(lastLayers(start));
        // A name of its own is the explicit word.
        layers.removeIf(layer -> filter.selects(layer) || filter.selects(MODEL + layer) || filter.renames().containsValue(layer));
        return new Head(layers, Optional.of("its outputs are other " + (isOfTargets(here.get()) ? "targets" : "classes") + ": here " + Printable.brief(here.get()) + ", saved "
                + Printable.brief(there.get())));
    }

    /** Why the entry at {@code path} of the model is not copied, if that is so. */
    Optional<String> changed(String path) {
        return layers.contains(layer(path)) ? reason : Optional.empty();
    }

    private static Optional<String> classes(State state) {
        Value labels = state.entries().get(LABELS);
        // Targets without names are only a number.
        return labels instanceof Value.Text text && (isOfTargets(text.value()) || text.value().startsWith("["))
                ? Optional.of(text.value()) : Optional.empty();
    }

    /** Real targets with names, such as {@code {"targets":["price"]}}. */
    private static boolean isOfTargets(String labels) {
        return labels.startsWith("{");
    }

    private static List<String> lastLayers(State start) {
        Map<String, Integer> rank = new TreeMap<>(Comparator.comparingInt(Head::place).reversed());
        start.select("model").entries().forEach((path, value) ->
                rank.merge(layer(path), value instanceof Value.Tensor tensor ? tensor.shape().length : 0, Math::max));
        List<String> last = new ArrayList<>();
        for (Map.Entry<String, Integer> layer : rank.entrySet()) {
            last.add(layer.getKey());
            if (layer.getValue() >= 2) {
                break;
            }
        }
        return last;
    }

    /** The place of a layer such as {@code 2.dense} in the model. */
    private static int place(String layer) {
        return Integer.parseInt(layer.substring(0, layer.indexOf('.')));
    }

    /** The name of the outermost layer. */
    private static String layer(String path) {
        int begin = MODEL.length();
        return path.substring(begin, path.indexOf('/', begin));
    }
}
