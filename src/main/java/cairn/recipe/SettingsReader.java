package cairn.recipe;

import cairn.data.source.DataSource;
import cairn.optim.schedule.LrSchedule;
import cairn.optim.schedule.TrainingTime;
import cairn.optim.schedule.Warmup;
import cairn.words.Spelling;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Trees of plain values as parts of recipes. It makes records of known kinds only; what is wrong is gathered, with its path, so
 * that a recipe's mistakes are told all at once.
 */
final class SettingsReader {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ComponentRegistry kinds;
    private final List<RecipeException.Problem> problems = new ArrayList<>();

    SettingsReader(ComponentRegistry kinds) {
        this.kinds = kinds;
    }

    /** What was wrong with the trees that were read, so far. */
    List<RecipeException.Problem> problems() {
        return problems;
    }

    /** A record like {@code prototype}, with the settings of {@code tree} in the place of its own. */
    <R extends Record> R read(JsonNode tree, R prototype, Set<String> required, String path) {
        if (!tree.isObject()) {
            problem(path, "expected settings, found " + found(tree));
            return prototype;
        }
        Map<String, JsonNode> given = new LinkedHashMap<>();
        tree.properties().forEach(e -> given.put(e.getKey(), e.getValue()));
        List<Setting> settings = Setting.of(prototype);
        Object[] values = new Object[settings.size()];
        Set<String> known = new LinkedHashSet<>();
        int before = problems.size();
        // A data source's settings stand among those of the section that names it: it takes what the section does not know.
        for (Setting s : settings) {
            known.add(s.type() == DataSource.class ? "set" : s.name());
        }
        for (int i = 0; i < values.length; i++) {
            Setting s = settings.get(i);
            String at = under(path, s.name());
            if (s.type() == DataSource.class) {
                values[i] = source(given, known, (DataSource) s.value(), path);
            } else if (given.containsKey(s.name())) {
                values[i] = value(given.remove(s.name()), s.type(), s.value(), at);
            } else {
                if (required.contains(s.name())) {
                    problem(at, "missing; this setting has no default");
                }
                values[i] = s.value();
            }
        }
        given.keySet().forEach(name -> problem(under(path, name), "unknown setting; " + Spelling.hint(name, known)));
        if (problems.size() > before) {
            return prototype;
        }
        try {
            return Setting.with(prototype, values);
        } catch (IllegalArgumentException refusal) {
            problem(path, refusal.getMessage());
            return prototype;
        }
    }

    private DataSource source(Map<String, JsonNode> given, Set<String> known, DataSource prototype, String path) {
        JsonNode name = given.remove("set");
        if (name == null) {
            problem(under(path, "set"), "missing; " + Spelling.hint("", kinds.names(DataSource.class)));
            return prototype;
        }
        ObjectNode own = NODES.objectNode();
        for (String key : List.copyOf(given.keySet())) {
            if (!known.contains(key)) {
                own.set(key, given.get(key));
            }
        }
        Optional<Component> kind = kind(DataSource.class, name, under(path, "set"));
        if (kind.isEmpty()) {
            given.keySet().retainAll(known);
            return prototype;
        }
        for (String key : settingsOf(kind.get())) {
            given.remove(key);
        }
        own.retain(settingsOf(kind.get()));
        known.addAll(settingsOf(kind.get()));
        return (DataSource) read(own, kind.get().prototype(), kind.get().required(), path);
    }

    private Object value(JsonNode node, Type type, Object fallback, String path) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            return list(node, generic.getActualTypeArguments()[0], path);
        } else if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
            return node.isNull() ? Optional.empty() : Optional.ofNullable(value(node, generic.getActualTypeArguments()[0], null, path));
        } else if (type instanceof Class<?> c) {
            return value(node, c, fallback, path);
        }
        throw new IllegalStateException("a setting of type " + type + " cannot be bound");
    }

    private Object value(JsonNode node, Class<?> c, Object fallback, String path) {
        if (kinds.isRole(c)) {
            return part(c, node, path).orElse((Record) fallback);
        } else if (c == TrainingTime.class || c == SplitSize.class) {
            return text(node, fallback, path, c == TrainingTime.class ? TrainingTime::parse : SplitSize::parse);
        } else if (c.isRecord()) {
            Optional<ComponentRegistry.Section> section = kinds.section(c);
            return section.isPresent() ? read(node, section.get().prototype(), section.get().required(), path)
                    : read(node, (Record) fallback, Set.of(), path);
        } else if (c.isEnum()) {
            return oneOf(node, c, fallback, path);
        }
        return scalar(node, c, fallback, path);
    }

    private Object list(JsonNode node, Type of, String path) {
        if (!node.isArray()) {
            problem(path, "expected a list, found " + found(node));
            return List.of();
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            Object v = value(node.get(i), of, null, path + "." + i);
            if (v != null) {
                values.add(v);
            }
        }
        return values;
    }

    /** A part by name, or by its tag and settings, or as the only key over its settings. */
    private Optional<Record> part(Class<?> role, JsonNode node, String path) {
        JsonNode name = node;
        ObjectNode settings = NODES.objectNode();
        if (node.isObject()) {
            String tag = node.has("rule") ? "rule" : "kind";
            if (node.has(tag)) {
                name = node.get(tag);
                settings = ((ObjectNode) node.deepCopy()).without(tag);
            } else if (node.size() == 1) {
                Map.Entry<String, JsonNode> only = node.properties().iterator().next();
                name = NODES.textNode(only.getKey());
                if (only.getValue().isObject()) {
                    settings = ((ObjectNode) only.getValue()).deepCopy();
                } else if (!only.getValue().isNull()) {
                    problem(under(path, only.getKey()), "expected settings, found " + found(only.getValue()));
                }
            } else {
                problem(path, "expected a name, or {" + tag + ": NAME, ...}; " + Spelling.hint("", kinds.names(role)));
                return Optional.empty();
            }
        }
        Optional<Component> kind = kind(role, name, path);
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        JsonNode warmup = role == LrSchedule.class && !settingsOf(kind.get()).contains("warmup") ? settings.remove("warmup") : null;
        Record part = read(settings, kind.get().prototype(), kind.get().required(), path);
        if (warmup != null) {
            TrainingTime over = (TrainingTime) text(warmup, TrainingTime.steps(0), under(path, "warmup"), TrainingTime::parse);
            return Optional.of(over.amount() == 0 ? part : new Warmup(over, (LrSchedule) part));
        }
        return Optional.of(part);
    }

    private Optional<Component> kind(Class<?> role, JsonNode name, String path) {
        if (!name.isTextual()) {
            problem(path, "expected a name, found " + found(name) + "; " + Spelling.hint("", kinds.names(role)));
            return Optional.empty();
        }
        Optional<Component> kind = kinds.find(role, name.textValue());
        if (kind.isEmpty()) {
            problem(path, "unknown " + kinds.roleName(role) + " '" + name.textValue() + "'; "
                    + Spelling.hint(name.textValue(), kinds.names(role)));
        }
        return kind;
    }

    /** The settings that a part of this kind has of its own. */
    static List<String> settingsOf(Component kind) {
        return Setting.names(kind.prototype().getClass());
    }

    private Object scalar(JsonNode node, Class<?> type, Object fallback, String path) {
        if ((type == int.class || type == Integer.class) && node.isIntegralNumber() && node.canConvertToInt()) {
            return node.intValue();
        } else if ((type == long.class || type == Long.class) && node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        } else if ((type == double.class || type == Double.class) && node.isNumber()) {
            return node.doubleValue();
        } else if ((type == boolean.class || type == Boolean.class) && node.isBoolean()) {
            return node.booleanValue();
        } else if (type == String.class && (node.isTextual() || node.isIntegralNumber() || node.isBoolean())) {
            return node.asText();
        } else if (type == String.class && node.isNumber()) {
            // 1.50 and 1e5 would come out as 1.5 and 100000.0.
            problem(path, "expected a text, found the number " + node.asText() + "; put it in quotes");
            return fallback;
        }
        problem(path, "expected " + expected(type) + ", found " + found(node));
        return fallback;
    }

    private static String expected(Class<?> type) {
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            return "a whole number";
        } else if (type == double.class || type == Double.class) {
            return "a number";
        }
        return type == String.class ? "a text" : "true or false";
    }

    private Object oneOf(JsonNode node, Class<?> type, Object fallback, String path) {
        Map<String, Object> names = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            names.put(Setting.kebab((Enum<?>) constant), constant);
        }
        Object value = node.isTextual() ? names.get(node.textValue()) : null;
        if (value == null) {
            problem(path, "found " + found(node) + "; " + Spelling.hint(node.asText(), names.keySet()));
            return fallback;
        }
        return value;
    }

    private Object text(JsonNode node, Object fallback, String path, java.util.function.Function<String, Object> parse) {
        try {
            if (node.isValueNode() && !node.isNull()) {
                return parse.apply(node.asText());
            }
            problem(path, "expected a single value, found " + found(node));
        } catch (IllegalArgumentException e) {
            problem(path, e.getMessage());
        }
        return fallback;
    }

    private void problem(String path, String what) {
        problems.add(new RecipeException.Problem(path, what));
    }

    private static String found(JsonNode node) {
        String text = node.isContainerNode() ? node.toString() : "'" + node.asText() + "'";
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }

    private static String under(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
