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

/** Parts of recipes as trees of plain values, every setting spelt out. {@link SettingsReader} reads them back. */
final class SettingsWriter {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ComponentRegistry kinds;

    SettingsWriter(ComponentRegistry kinds) {
        this.kinds = kinds;
    }

    /** The tree of {@code value}, every setting spelt out. */
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
            return settings.isEmpty() ? NODES.textNode(kinds.nameOf(layer))
                    : NODES.objectNode().<ObjectNode>set(kinds.nameOf(layer), settings);
        } else if (value instanceof Warmup warmup && takesWarmup(warmup.then())) {
            return ((ObjectNode) write(warmup.then())).set("warmup", write(warmup.over()));
        } else if (value instanceof Record record && kinds.isPart(record)) {
            ObjectNode tree = NODES.objectNode().put(tag(record), kinds.nameOf(record));
            return tree.setAll(settings(record));
        } else if (value instanceof Record record) {
            return settings(record);
        }
        throw new IllegalArgumentException("a part of a recipe must be a record of plain settings, so that the recipe's digest can"
                + " speak for it; " + value.getClass().getName() + " is not");
    }

    /** {@code 200} and {@code 0.1} as numbers, {@code 5ep} as a text. */
    private static JsonNode numberOrText(String text) {
        if (text.matches("\\d+")) {
            return NODES.numberNode(Long.parseLong(text));
        }
        return text.endsWith("ep") ? NODES.textNode(text) : NODES.numberNode(Double.parseDouble(text));
    }

    /** The settings of a part alone, without its name. */
    ObjectNode settings(Object part) {
        if (!(part instanceof Record record)) {
            throw new IllegalArgumentException("a part of a recipe must be a record, so that the recipe's digest can speak for its"
                    + " settings; " + part.getClass().getName() + " is not");
        }
        ObjectNode tree = NODES.objectNode();
        for (Setting s : Setting.of(record)) {
            if (s.value() instanceof DataSource source) {
                tree.put("set", kinds.nameOf(source));
                tree.setAll(settings(source));
            } else if (s.value() instanceof Optional<?> optional) {
                optional.ifPresent(v -> tree.set(s.name(), write(v)));
            } else {
                tree.set(s.name(), write(s.value()));
            }
        }
        return tree;
    }

    /** Any schedule takes a warm-up as one of its settings, but for one that means something else by it. */
    static boolean takesWarmup(LrSchedule schedule) {
        return schedule instanceof Record && !(schedule instanceof Warmup) && !Setting.names(schedule.getClass()).contains("warmup");
    }

    private static String tag(Object part) {
        return part instanceof Optimizer || part instanceof LrSchedule ? "rule" : "kind";
    }
}
