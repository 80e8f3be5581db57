package cairn.recipe;

import cairn.data.DataSet;
import cairn.data.source.DataSource;
import cairn.nn.Layer;
import cairn.optim.Optimizer;
import cairn.optim.schedule.LrSchedule;
import cairn.optim.schedule.TrainingTime;
import cairn.optim.schedule.Warmup;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Writes recipes and their components as trees of plain values, with every setting. {@link SettingsReader} reads them back. */
final class SettingsWriter {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ComponentRegistry components;

    SettingsWriter(ComponentRegistry components) {
        this.components = components;
    }

    /** The tree of {@code value}, with every setting. */
    JsonNode write(Object value) {
        if (value instanceof String text) {
            return NODES.textNode(text);
        } else if (value instanceof TrainingTime || value instanceof SplitSize) {
            return numberOrText(value.toString());
        } else if (value instanceof Integer || value instanceof Long) {
            return NODES.numberNode(((Number) value).longValue());
        } else if (value instanceof Double d) {
            return NODES.numberNode(d);
        } else if (value instanceof Boolean b) {
            return NODES.booleanNode(b);
        } else if (value instanceof Enum<?> e) {
            return NODES.textNode(Setting.kebab(e));
        } else if (value instanceof List<?> list) {
            ArrayNode array = NODES.arrayNode();
            list.forEach(v -> array.add(write(v)));
            return array;
        } else if (value instanceof DataSet data) {
            return NODES.textNode("data with digest " + data.digest());
        } else if (value instanceof Layer layer) {
            ObjectNode settings = settings(layer);
            return settings.isEmpty() ? NODES.textNode(components.nameOf(layer))
                    : NODES.objectNode().<ObjectNode>set(components.nameOf(layer), settings);
        } else if (value instanceof Warmup warmup && takesWarmup(warmup.then())) {
            return ((ObjectNode) write(warmup.then())).set("warmup", write(warmup.over()));
        } else if (value instanceof Record record && components.isComponent(record)) {
            ObjectNode tree = NODES.objectNode().put(tag(record), components.nameOf(record));
            return tree.setAll(settings(record));
        } else if (value instanceof Record record) {
            return settings(record);
        }
        throw noRecord(value);
    }

    private static IllegalArgumentException noRecord(Object component) {
        return new IllegalArgumentException("a component of a recipe must be a record of plain settings, because the digest of the recipe"
                + " is computed from its settings; " + component.getClass().getName() + " is not");
    }

    /** {@code 200} and {@code 0.1} are numbers, {@code 5ep} is a text. */
    private static JsonNode numberOrText(String text) {
        if (text.matches("\\d+")) {
            return NODES.numberNode(Long.parseLong(text));
        }
        return text.endsWith("ep") ? NODES.textNode(text) : NODES.numberNode(Double.parseDouble(text));
    }

    /** The settings of a component, without its name. */
    ObjectNode settings(Object component) {
        if (!(component instanceof Record record)) {
            throw noRecord(component);
        }
        ObjectNode tree = NODES.objectNode();
        for (Setting s : Setting.of(record)) {
            if (s.value() instanceof DataSource source) {
                tree.put("set", components.nameOf(source));
                tree.setAll(settings(source));
            } else if (s.value() instanceof Optional<?> optional) {
                optional.ifPresent(v -> tree.set(s.name(), write(v)));
            } else {
                tree.set(s.name(), write(s.value()));
            }
        }
        return tree;
    }

    /** Whether a warm-up is written as one more setting of the schedule; not if the schedule has a setting of that name. */
    private static boolean takesWarmup(LrSchedule schedule) {
        return schedule instanceof Record && !(schedule instanceof Warmup) && !Setting.names(schedule.getClass()).contains("warmup");
    }

    /** The key in front of the component's name. */
    private static String tag(Object component) {
        return component instanceof Optimizer || component instanceof LrSchedule ? "rule" : "kind";
    }
}
