package cairn.recipe;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Reads and writes recipes as YAML, and computes their digest. A recipe is a tree of plain values: no tag in it can name a class. */
final class RecipeText {
    /** Settings that change no number of the training. */
    private static final List<String> OUTSIDE_THE_DIGEST = List.of("name", "run");

    /** Settings that name a component. */
    private static final Set<String> TAGS = Set.of("rule", "kind", "set");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = yamlMapper();

    private RecipeText() {
    }

    static Recipe parse(String yaml, String source) {
        return read(tree(yaml, source), source, ComponentRegistry.all(), RecipeParts.NONE);
    }

    /** {@code recipe} with settings changed, each {@code path=value}. */
    static Recipe changed(Recipe recipe, List<String> assignments) {
        RecipeParts parts = RecipeParts.of(recipe);
        ComponentRegistry components = ComponentRegistry.all().with(parts);
        ObjectNode tree = (ObjectNode) new SettingsWriter(components).write(recipe);
        for (String assignment : assignments) {
            assign(tree, assignment, recipe.name(), components);
        }
        return read(tree, recipe.name(), components, parts);
    }

    private static Recipe read(JsonNode tree, String source, ComponentRegistry components, RecipeParts parts) {
        SettingsReader reader = new SettingsReader(components, parts);
        Recipe recipe = reader.read(tree, ComponentRegistry.DEFAULTS, Set.of("name", "data", "model"), "");
        if (!reader.problems().isEmpty()) {
            throw new RecipeException(source, reader.problems(), reader.lacksOnlyParts());
        }
        return recipe;
    }

    static String yaml(Recipe recipe) {
        return yaml(new SettingsWriter(ComponentRegistry.all()).write(recipe));
    }

    /** The lines of a recipe that say {@code setting} alone. */
    static String yaml(String setting, Object value) {
        return yaml(JSON.createObjectNode().set(setting, new SettingsWriter(ComponentRegistry.all()).write(value)));
    }

    private static String yaml(JsonNode tree) {
        try {
            return YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values can be written", e);
        }
    }

    static String digest(Recipe recipe) {
        return digest(new SettingsWriter(ComponentRegistry.all()).write(recipe));
    }

    /** The digest of a recipe with every setting, as a tree. */
    static String digest(JsonNode recipe) {
        ObjectNode tree = ((ObjectNode) recipe).deepCopy().remove(OUTSIDE_THE_DIGEST);
        try {
            byte[] canonical = JSON.writeValueAsString(sorted(tree)).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform writes JSON and has SHA-256", e);
        }
    }

    /** The tree with the keys of every object sorted. Lists keep their order, because it has a meaning. */
    private static JsonNode sorted(JsonNode node) {
        if (node instanceof ObjectNode object) {
            TreeMap<String, JsonNode> entries = new TreeMap<>();
            object.properties().forEach(e -> entries.put(e.getKey(), sorted(e.getValue())));
            return object.objectNode().setAll(entries);
        } else if (node instanceof ArrayNode array) {
            ArrayNode copy = array.arrayNode();
            array.forEach(v -> copy.add(sorted(v)));
            return copy;
        }
        return node;
    }

    static JsonNode tree(String yaml, String source) {
        try {
            refuseReferences(yaml, source, "");
            JsonNode tree = YAML.readTree(yaml);
            if (tree == null || !tree.isObject()) {
                throw RecipeException.of(source, "", "expected settings such as 'name: ...'");
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw RecipeException.of(source, where(e.getLocation()), e.getOriginalMessage());
        }
    }

    /** Refuses tags, anchors and references, because the tree would not contain them: their meaning would be lost silently. */
    private static void refuseReferences(String yaml, String source, String path) throws JsonProcessingException {
        try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
            while (parser.nextToken() != null) {
                boolean isReference = parser.isCurrentAlias();
                if (isReference || parser.getObjectId() != null || parser.getTypeId() != null) {
                    String found = isReference ? "*" + parser.getText() : parser.getTypeId() != null
                            ? "the tag " + parser.getTypeId() : "&" + parser.getObjectId();
                    String where = path.isEmpty() ? where(parser.currentTokenLocation()) : path;
                    throw RecipeException.of(source, where, "found " + found
                            + "; recipes are plain values, without tags, anchors and references: write the value out");
                }
            }
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("a text can be read", e);
        }
    }

    private static String where(JsonLocation location) {
        return location == null ? "" : "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /** Sets one value of the tree and adds the missing sections of its path. The value is checked when the tree is read. */
    private static void assign(ObjectNode tree, String assignment, String source, ComponentRegistry components) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw RecipeException.of(source, assignment, "expected path=value");
        }
        String path = assignment.substring(0, equals).strip();
        if (!path.matches("[^.]+(\\.[^.]+)*")) {
            throw RecipeException.of(source, path, "expected settings joined by dots, such as"
                    + " optimizer.learning-rate");
        }
        JsonNode value;
        try {
            refuseReferences(assignment.substring(equals + 1), source, path);
            value = YAML.readTree(assignment.substring(equals + 1));
        } catch (IOException e) {
            throw RecipeException.of(source, path, "the value is not YAML: " + e.getMessage());
        }
        List<String> segments = new ArrayList<>(List.of(path.split("\\.")));
        String last = segments.remove(segments.size() - 1);
        JsonNode at = tree;
        for (int i = 0; i < segments.size(); i++) {
            at = at instanceof ObjectNode object ? holder(object, segments.get(i)) : at;
            JsonNode next = child(at, segments.get(i));
            if (next == null && at instanceof ObjectNode object) {
                next = object.putObject(segments.get(i));
            }
            if (next == null) {
                throw missing(source, path, segments.get(i), at);
            }
            at = opened(at, segments.get(i), next, source, path);
        }
        if (at instanceof ArrayNode array) {
            if (child(at, last) == null) {
                throw missing(source, path, last, at);
            }
            array.set(Integer.parseInt(last), value);
        } else if (at instanceof ObjectNode object) {
            ObjectNode holder = holder(object, last);
            if (TAGS.contains(last) && holder.path(last).isTextual() && value.isTextual()) {
                holder.remove(ownSettings(holder.get(last).textValue(), value.textValue(), components));
            }
            holder.set(last, value);
        }
    }

    /** The settings of component {@code old} that component {@code other} does not have; they go when the name changes. */
    private static Set<String> ownSettings(String old, String other, ComponentRegistry components) {
        Set<String> own = new HashSet<>(components.settingsOf(old));
        own.removeAll(components.settingsOf(other));
        return own;
    }

    /** A layer is written as one key with its settings below, so {@code model.0.units} means {@code model.0.dense.units}. */
    private static ObjectNode holder(ObjectNode object, String key) {
        if (object.size() == 1 && !object.has(key) && object.elements().next() instanceof ObjectNode only) {
            return only;
        }
        return object;
    }

    /** A component that is only a name becomes a section, so that a setting can be added to it. */
    private static JsonNode opened(JsonNode parent, String segment, JsonNode node, String source, String path) {
        if (node.isContainerNode()) {
            return node;
        }
        if (!node.isTextual()) {
            throw missing(source, path, segment, parent);
        }
        if (parent instanceof ArrayNode array) {
            ObjectNode section = array.objectNode();
            section.putObject(node.textValue());
            array.set(Integer.parseInt(segment), section);
            return section;
        }
        ObjectNode section = ((ObjectNode) parent).objectNode().put("kind", node.textValue());
        ((ObjectNode) parent).set(segment, section);
        return section;
    }

    private static JsonNode child(JsonNode node, String segment) {
        if (node.isArray()) {
            return segment.matches("\\d{1,6}") ? node.get(Integer.parseInt(segment)) : null;
        }
        return node.get(segment);
    }

    private static RecipeException missing(String source, String path, String segment, JsonNode at) {
        String what = at.isArray() ? "'" + segment + "' is no index: expected 0 to " + (at.size() - 1)
                : "'" + segment + "' is a single value and has no settings";
        return RecipeException.of(source, path, what);
    }

    private static ObjectMapper yamlMapper() {
        YAMLFactory factory = YAMLFactory.builder().stringQuotingChecker(new NumberLike())
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES).disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
        return new ObjectMapper(factory).enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }
}
