package cairn.interop.keras;

import cairn.interop.file.ForeignFileException;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A layer of a model's configuration. Nothing of it is run, and no class is looked up by its name.
 *
 * @param name its name within the model around it
 * @param path the names of the models around it and its own, with {@code /} between them; the model itself has none
 * @param type its class, such as {@code Dense}; with the module before it if that is not one of Keras
 * @param isOperation if it is a function of {@code keras.ops} and not a layer
 * @param weights where a file of Keras 3 keeps its variables, such as {@code layers/dense_1}
 * @param entry everything that stands there
 * @param layers those within it, if it is a model
 */
record KerasLayer(String name, String path, String type, boolean isOperation, String weights, JsonNode entry, List<KerasLayer> layers) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DEEPEST = 32;

    static JsonNode json(String text, String file, String where) throws ForeignFileException {
        try {
            JsonNode json = JSON.readTree(text);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (JacksonException e) {
            throw new ForeignFileException(file, where, "expected JSON, found: " + e.getOriginalMessage());
        } catch (StackOverflowError e) {
            throw new ForeignFileException(file, where, "its JSON stands too deep in itself");
        }
        throw new ForeignFileException(file, where, "expected a JSON object");
    }

    /** The model that a configuration describes. */
    static KerasLayer of(JsonNode model, String file) throws ForeignFileException {
        return of(model, "", "", "", file, 0);
    }

    private static KerasLayer of(JsonNode entry, String name, String path, String weights, String file, int depth)
            throws ForeignFileException {
        if (depth > DEEPEST) {
            throw new ForeignFileException(file, path, "models stand more than " + DEEPEST + " deep in each other");
        }
        String module = entry.path("module").asText("");
        String type = entry.path("class_name").asText("");
        String registered = entry.path("registered_name").asText("");
        boolean isOwn = module.isEmpty() || module.equals("keras") || module.startsWith("keras.") || module.startsWith("tensorflow.keras")
                || module.startsWith("tf_keras.");
        if (!isOwn || !registered.isEmpty() && !registered.equals(type) && !registered.equals("null")) {
            type = (module.isEmpty() ? registered : module + "." + type);
        }
        JsonNode all = entry.path("config").isArray() ? entry.path("config") : entry.path("config").path("layers");
        List<KerasLayer> layers = new ArrayList<>();
        Map<String, Integer> kinds = new HashMap<>();
        boolean isFirst = true;
        for (JsonNode inner : isModel(type) && all.isArray() ? all : MissingNode.getInstance()) {
            String kind = snake(inner.path("class_name").asText(""));
            String own = inner.path("name").asText(inner.path("config").path("name").asText(kind));
            boolean isCounted = !(isFirst && type.equals("Sequential") && kind.equals("input_layer"))
                    && !inner.path("module").asText("").startsWith("keras.src.ops");
            int number = isCounted ? kinds.merge(kind, 1, Integer::sum) - 1 : 0;
            isFirst = false;
            layers.add(of(inner, own, path.isEmpty() ? own : path + "/" + own,
                    (weights.isEmpty() ? "" : weights + "/") + "layers/" + kind + (number == 0 ? "" : "_" + number), file, depth + 1));
        }
        return new KerasLayer(name, path, type, module.startsWith("keras.src.ops."), weights, entry, layers);
    }

    private static boolean isModel(String type) {
        return type.equals("Sequential") || type.equals("Functional") || type.equals("Model");
    }

    /** Whether it is a model, whose layers are known. */
    boolean isModel() {
        return isModel(type) && !layers.isEmpty();
    }

    /** A class's name as Keras writes it into paths (keras.src.utils.naming.to_snake_case). */
    static String snake(String type) {
        return type.replaceAll("\\W+", "").replaceAll("(.)([A-Z][a-z]+)", "$1_$2").replaceAll("([a-z])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT);
    }

    /** A setting; missing if it is not there or null. */
    JsonNode setting(String key) {
        JsonNode value = entry.path("config").path(key);
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    boolean isOn(String key, boolean otherwise) {
        return setting(key).asBoolean(otherwise);
    }

    /** Those that are no models, in the order of the configuration. */
    Stream<KerasLayer> leaves() {
        return isModel() ? layers.stream().flatMap(KerasLayer::leaves) : Stream.of(this);
    }
}
