package cairn.transfer;

import cairn.state.State;
import cairn.state.Value;
import cairn.words.Printable;
import cairn.words.Spelling;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The layers at one end of a model, whose numbers belong one by one to what has a name: the first layers to the columns of the data, the last
 * ones to the classes or targets. Each reaches up to the first layer, or the last, with a tensor of two or more dimensions.
 *
 * <p>If the names differ from those of the saved state, numbers are taken by name: what has a new name is initialized. If the kind
 * of a normalization differs, all numbers are in other units, and the layers are initialized.
 *
 * @param layers their names, such as {@code 2.dense}; without those that are kept by an explicit word
 * @param isInput whether it is the beginning of the model
 * @param names what the names are: columns, classes or targets
 * @param units why the numbers are in other units; empty if they are not
 */
record NamedEnd(Set<String> layers, boolean isInput, String names, List<String> here, List<String> there, String units) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODEL = "model/";
    private static final String LABELS = "data/labels";
    private static final String COLUMNS = "data/columns";

    /** The ends whose names or units differ; none where one of the states does not say them. */
    static List<NamedEnd> of(State start, State saved, StateFilter filter) {
        List<NamedEnd> ends = new ArrayList<>();
        add(ends, start, filter, new NamedEnd(Set.of(), true, "columns", columns(start), columns(saved), units(start, saved, "data/normalization")));
        String kind = start.textOrEmpty(LABELS).startsWith("{") ? "targets" : "classes";
        add(ends, start, filter, new NamedEnd(Set.of(), false, kind, labels(start), labels(saved), units(start, saved, "data/targets")));
        return ends;
    }

    private static void add(List<NamedEnd> ends, State start, StateFilter filter, NamedEnd end) {
        boolean isSame = end.here.isEmpty() || end.there.isEmpty() || end.here.equals(end.there);
        if (isSame && end.units.isEmpty()) {
            return;
        }
        Set<String> layers = new LinkedHashSet<>(layers(start, end.isInput));
        // A name of its own is the explicit word.
        layers.removeIf(layer -> filter.selects(layer) || filter.selects(MODEL + layer) || filter.renames().containsValue(layer));
        ends.add(new NamedEnd(layers, end.isInput, end.names, end.here, end.there, end.units));
    }

    /** The kinds of a normalization, if both states have data and the kinds differ. The numbers of one kind always differ a little. */
    private static String units(State start, State saved, String path) {
        String here = kind(start, path);
        String there = kind(saved, path);
        return start.textOrEmpty(LABELS).isEmpty() || saved.textOrEmpty(LABELS).isEmpty() || here.equals(there) ? ""
                : "here " + here + ", saved " + there;
    }

    private static String kind(State state, String path) {
        String text = state.textOrEmpty(path);
        return text.isEmpty() ? "none" : tree(text).path("kind").asText().toLowerCase(Locale.ROOT);
    }

    /** Whether the entry at {@code path} of the model has numbers for the names. */
    boolean concerns(String path, Value value) {
        return layers.contains(layer(path)) && value instanceof Value.Tensor tensor
                // The bias of the first dense layer belongs to its outputs, and is copied where numbers are taken by name.
                && !(isInput && !shared().isEmpty() && isOfSimpleLayer(path) && tensor.shape().length == 1 && layer(path).equals(layers.stream().reduce((a, b) -> b).orElse("")));
    }

    /** Whether the layer has no layers within it, whose inner sizes may be those of the ends by chance. */
    private static boolean isOfSimpleLayer(String path) {
        return path.chars().filter(c -> c == '/').count() == 2;
    }

    /** What is done, and why. */
    String reason() {
        List<String> shared = shared();
        if (!units.isEmpty()) {
            return "its " + (isInput ? "inputs" : "outputs") + " are normalized in another way: " + units;
        }
        return "its " + (isInput ? "inputs" : "outputs") + " are other " + names + ": here " + Printable.brief(Spelling.few(here)) + ", saved "
                + Printable.brief(Spelling.few(there)) + (shared.isEmpty() ? "" : "; taken by name: " + Printable.brief(Spelling.few(shared)));
    }

    private List<String> shared() {
        return units.isEmpty() ? here.stream().filter(there::contains).toList() : List.of();
    }

    /**
     * {@code fresh} with the numbers of {@code saved} for each name that both have.
     *
     * @param ends those that concern the tensor
     * @return empty if it is a tensor of a layer within a layer, if the ends share no name, or if a size differs that belongs to no names
     */
    static Optional<Value.Tensor> byName(String path, List<NamedEnd> ends, Value fresh, Value saved) {
        if (ends.isEmpty() || !isOfSimpleLayer(path) || !(fresh instanceof Value.Tensor to) || !(saved instanceof Value.Tensor from) || to.type() != from.type()
                || to.shape().length == 0 || to.shape().length != from.shape().length) {
            return Optional.empty();
        }
        int[][] places = new int[to.shape().length][];
        for (NamedEnd end : ends) {
            int axis = end.isInput ? 0 : places.length - 1;
            if (end.shared().isEmpty() || to.shape()[axis] != end.here.size() || from.shape()[axis] != end.there.size()) {
                return Optional.empty();
            }
            places[axis] = end.here.stream().mapToInt(end.there::indexOf).toArray();
        }
        for (int axis = 0; axis < places.length; axis++) {
            if (places[axis] == null) {
                if (to.shape()[axis] != from.shape()[axis]) {
                    return Optional.empty();
                }
                places[axis] = IntStream.range(0, (int) to.shape()[axis]).toArray();
            }
        }
        return Optional.of(taken(to, from, places));
    }

    /** Element by element: {@code places} has, for each index of an axis here, the one there, or -1. */
    private static Value.Tensor taken(Value.Tensor to, Value.Tensor from, int[][] places) {
        int size = to.type().bytes();
        ByteBuffer bytes = ByteBuffer.allocate(to.bytes().remaining()).put(to.bytes()).clear();
        ByteBuffer other = from.bytes();
        for (int element = 0; element < to.size(); element++) {
            int rest = element;
            int there = 0;
            int stride = 1;
            boolean isShared = true;
            for (int axis = places.length - 1; axis >= 0; axis--) {
                int place = places[axis][rest % places[axis].length];
                rest /= places[axis].length;
                isShared &= place >= 0;
                there += place * stride;
                stride *= (int) from.shape()[axis];
            }
            if (isShared) {
                bytes.put(element * size, other, there * size, size);
            }
        }
        return new Value.Tensor(to.type(), to.shape(), bytes);
    }

    /** The layers from one end to the first one with a tensor of two or more dimensions, that one last. */
    private static List<String> layers(State start, boolean isInput) {
        Comparator<String> byPlace = Comparator.comparingInt(NamedEnd::place);
        Map<String, Integer> rank = new TreeMap<>(isInput ? byPlace : byPlace.reversed());
        start.select("model").entries().forEach((path, value) ->
                rank.merge(layer(path), value instanceof Value.Tensor tensor ? tensor.shape().length : 0, Math::max));
        List<String> layers = new ArrayList<>();
        for (Map.Entry<String, Integer> layer : rank.entrySet()) {
            layers.add(layer.getKey());
            if (layer.getValue() >= 2) {
                break;
            }
        }
        return layers;
    }

    /** The names of the features, of rows that are made from columns. */
    private static List<String> columns(State state) {
        List<String> names = new ArrayList<>();
        for (JsonNode column : tree(state.textOrEmpty(COLUMNS))) {
            switch (column.path("role").asText()) {
                case "NUMBER", "INDEX" -> names.add(column.path("name").asText());
                case "ONE_HOT" -> column.path("words").forEach(word -> names.add(column.path("name").asText() + "=" + word.asText()));
                default -> { }
            }
        }
        return names;
    }

    /** The names of the outputs; none of targets without names, which are only a number. */
    private static List<String> labels(State state) {
        JsonNode tree = tree(state.textOrEmpty(LABELS));
        List<String> names = new ArrayList<>();
        (tree.isObject() ? tree.path("targets") : tree).forEach(name -> names.add(name.asText()));
        return names;
    }

    private static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the state has '" + text + "' as a fact about its data, which is not JSON", e);
        }
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
