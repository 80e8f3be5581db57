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
 * Reads trees of plain values as recipes and their components. It makes only records of registered classes. It collects every problem with
 * its path, so that one error names all of them.
 */
final class SettingsReader {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ComponentRegistry components;
    private final RecipeParts parts;
    private final SettingsWriter writer;
    private final List<RecipeException.Problem> problems = new ArrayList<>();
    private final ScalarReader scalars = new ScalarReader(this::problem);

    private boolean lacksOnlyParts = true;

    /** @param parts records that are used again where the tree says the same as they do */
    SettingsReader(ComponentRegistry components, RecipeParts parts) {
        this.components = components;
        this.parts = parts;
        this.writer = new SettingsWriter(components);
    }

    /** Whether every problem is the name of a component that is not registered. */
    boolean lacksOnlyParts() {
        return lacksOnlyParts;
    }

    /** The problems of all trees that were read so far. */
    List<RecipeException.Problem> problems() {
        return problems;
    }

    /**
     * A record like {@code prototype}, with the settings of {@code tree} instead of its own. Settings that are missing keep their value.
     */
    <R extends Record> R read(JsonNode tree, R prototype, Set<String> required, String path) {
        if (!tree.isObject()) {
            problem(path, "expected settings, found " + ScalarReader.found(tree));
            return prototype;
        }
        Map<String, JsonNode> given = new LinkedHashMap<>();
        tree.properties().forEach(e -> given.put(e.getKey(), e.getValue()));
        List<Setting> settings = Setting.of(prototype);
        Object[] values = new Object[settings.size()];
        Set<String> known = new LinkedHashSet<>();
        int before = problems.size();
        // The settings of a data source stand among those of its section: it gets every setting that the section does not have.
        for (Setting s : settings) {
            known.add(s.type() == DataSource.class ? "set" : s.name());
        }
        for (int i = 0; i < values.length; i++) {
            Setting s = settings.get(i);
            String at = under(path, s.name());
            if (s.type() == DataSource.class) {
                values[i] = source(given, known, (DataSource) s.value(), path);
            } else if (given.containsKey(s.name())) {
                JsonNode node = given.remove(s.name());
                values[i] = parts.has(prototype) && says(node, s.value()) ? s.value() : value(node, s.type(), s.value(), at);
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

    /** Whether the tree says what this value of a part already is, which may be of a type that only Java can make. */
    private boolean says(JsonNode node, Object value) {
        return value instanceof Optional<?> optional ? optional.isPresent() && says(node, optional.get()) : writer.write(value).equals(node);
    }

    private DataSource source(Map<String, JsonNode> given, Set<String> known, DataSource prototype, String path) {
        JsonNode name = given.remove("set");
        if (name == null) {
            problem(under(path, "set"), "missing; " + Spelling.hint("", components.names(DataSource.class)));
            return prototype;
        }
        ObjectNode own = NODES.objectNode();
        for (String key : List.copyOf(given.keySet())) {
            if (!known.contains(key)) {
                own.set(key, given.get(key));
            }
        }
        Optional<Component> source = registered(DataSource.class, name, under(path, "set"));
        if (source.isEmpty()) {
            given.keySet().retainAll(known);
            return prototype;
        }
        List<String> settings = settingsOf(source.get());
        settings.forEach(given::remove);
        own.retain(settings);
        known.addAll(settings);
        ObjectNode whole = NODES.objectNode().put("kind", source.get().name()).setAll(own);
        Optional<Record> same = parts.writtenAs(whole, DataSource.class, writer);
        return same.isPresent() ? (DataSource) same.get() : (DataSource) read(own, source.get().prototype(), source.get().required(), path);
    }

    private Object value(JsonNode node, Type type, Object fallback, String path) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            return list(node, generic.getActualTypeArguments()[0], path);
        } else if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
            return node.isNull() ? Optional.empty() : Optional.ofNullable(value(node, generic.getActualTypeArguments()[0], null, path));
        } else if (type instanceof Class<?> c) {
            return value(node, c, fallback, path);
        }
        throw new IllegalStateException("a setting of type " + type + " cannot be read");
    }

    private Object value(JsonNode node, Class<?> c, Object fallback, String path) {
        Optional<Record> same = parts.writtenAs(node, c, writer);
        if (same.isPresent()) {
            return same.get();
        } else if (components.isRole(c)) {
            return component(c, node, path).orElse((Record) fallback);
        } else if (c == TrainingTime.class) {
            return scalars.parsed(node, TrainingTime::parse, (TrainingTime) fallback, path);
        } else if (c == SplitSize.class) {
            return scalars.parsed(node, SplitSize::parse, (SplitSize) fallback, path);
        } else if (c.isRecord()) {
            Optional<ComponentRegistry.Section> section = components.section(c);
            Optional<Record> prototype = Optional.ofNullable((Record) fallback).or(() -> parts.like(c));
            if (section.isEmpty() && prototype.isEmpty()) {
                problem(path, "only a program in Java can give this value");
                return null;
            }
            return section.isPresent() ? read(node, section.get().prototype(), section.get().required(), path)
                    : read(node, prototype.get(), Set.of(), path);
        } else if (c.isEnum()) {
            return scalars.constant(node, c, fallback, path);
        }
        return scalars.read(node, c, fallback, path);
    }

    private Object list(JsonNode node, Type of, String path) {
        if (!node.isArray()) {
            problem(path, "expected a list, found " + ScalarReader.found(node));
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

    /** A component: written as its name, as {kind: NAME, ...}, or as {NAME: {...}}. */
    private Optional<Record> component(Class<?> role, JsonNode node, String path) {
        JsonNode name = node;
        ObjectNode settings = NODES.objectNode();
        if (node.isObject()) {
            String tag = node.has("rule") ? "rule" : "kind";
            if (node.has(tag)) {
                name = node.get(tag);
                settings = shallow(node).without(tag);
            } else if (node.size() == 1) {
                Map.Entry<String, JsonNode> only = node.properties().iterator().next();
                name = NODES.textNode(only.getKey());
                if (only.getValue().isObject()) {
                    settings = shallow(only.getValue());
                } else if (!only.getValue().isNull()) {
                    problem(under(path, only.getKey()), "expected settings, found " + ScalarReader.found(only.getValue()));
                }
            } else {
                problem(path, "expected a name, or {" + tag + ": NAME, ...}; " + Spelling.hint("", components.names(role)));
                return Optional.empty();
            }
        }
        Optional<Component> component = registered(role, name, path);
        if (component.isEmpty()) {
            return Optional.empty();
        }
        JsonNode warmup = role == LrSchedule.class && !settingsOf(component.get()).contains("warmup") ? settings.remove("warmup") : null;
        Record record = read(settings, component.get().prototype(), component.get().required(), path);
        if (warmup != null) {
            TrainingTime over = scalars.parsed(warmup, TrainingTime::parse, TrainingTime.steps(0), under(path, "warmup"));
            return Optional.of(over.amount() == 0 ? record : new Warmup(over, (LrSchedule) record));
        }
        return Optional.of(record);
    }

    private static ObjectNode shallow(JsonNode object) {
        return NODES.objectNode().setAll((ObjectNode) object);
    }

    /** The registered component of this name. */
    private Optional<Component> registered(Class<?> role, JsonNode name, String path) {
        if (!name.isTextual()) {
            problem(path, "expected a name, found " + ScalarReader.found(name) + "; " + Spelling.hint("", components.names(role)));
            return Optional.empty();
        }
        Optional<Component> component = components.find(role, name.textValue());
        if (component.isEmpty()) {
            String what = components.roleName(role);
            problems.add(new RecipeException.Problem(path, "unknown " + what + " '" + name.textValue() + "'; "
                    + Spelling.hint(name.textValue(), components.names(role)) + "; " + OwnClasses.advice(what)));
        }
        return component;
    }

    /** The names of the settings of {@code component}. */
    static List<String> settingsOf(Component component) {
        return Setting.names(component.prototype().getClass());
    }

    private void problem(String path, String what) {
        lacksOnlyParts = false;
        problems.add(new RecipeException.Problem(path, what));
    }

    private static String under(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
