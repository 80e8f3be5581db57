package cairn.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A setting in which two recipes differ.
 *
 * @param path the path of the setting, such as {@code optimizer.learning-rate}
 * @param before its value in the first recipe; empty if it has none there
 * @param after its value in the second recipe; empty if it has none there
 */
public record RecipeChange(String path, String before, String after) {

    /** Every setting that differs, ordered by path; defaults count as settings, and the name of the recipe does not. */
    public static List<RecipeChange> between(Recipe before, Recipe after) {
        return between(settings(before), settings(after));
    }

    /**
     * Every setting in which {@code now} differs from a recipe that is kept as text.
     *
     * @param digest the digest of that recipe
     * @return empty if the text is not of a recipe with this digest
     */
    public static Optional<List<RecipeChange>> since(String yaml, String digest, Recipe now) {
        try {
            if (!RecipeSummary.digest(yaml, "the text of a recipe").equals(digest)) {
                return Optional.empty();
            }
            return Optional.of(between(settings(yaml), settings(now)));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static List<RecipeChange> between(Map<String, String> old, Map<String, String> now) {
        TreeSet<String> paths = new TreeSet<>(old.keySet());
        paths.addAll(now.keySet());
        List<RecipeChange> changes = new ArrayList<>();
        for (String path : paths) {
            RecipeChange change = new RecipeChange(path, old.getOrDefault(path, ""), now.getOrDefault(path, ""));
            if (!change.before.equals(change.after)) {
                changes.add(change);
            }
        }
        return List.copyOf(changes);
    }

    /** Every single setting of a recipe by its path, defaults included, such as {@code optimizer.learning-rate}; not its name. */
    public static Map<String, String> settings(Recipe recipe) {
        Map<String, String> settings = new LinkedHashMap<>();
        flatten(new SettingsWriter(ComponentRegistry.all()).write(recipe), "", settings);
        settings.remove("name");
        return settings;
    }

    /** As {@link #settings(Recipe)}, of the text of a recipe; if it has unknown parts, what it says itself, without defaults. */
    public static Map<String, String> settings(String yaml) {
        try {
            return settings(Recipe.parse(yaml, "the text of a recipe"));
        } catch (RecipeException unknownParts) {
            Map<String, String> settings = new LinkedHashMap<>();
            flatten(RecipeText.tree(yaml, "the text of a recipe"), "", settings);
            settings.remove("name");
            return settings;
        }
    }

    /** Adds every single value below {@code node}, by its path. */
    private static void flatten(JsonNode node, String path, Map<String, String> into) {
        if (node.isValueNode() || node.isEmpty()) {
            into.put(path, node.isValueNode() ? node.asText() : node.toString());
            return;
        }
        String folder = path.isEmpty() ? "" : path + ".";
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(node.get(i), folder + i, into);
            }
        } else {
            node.properties().forEach(e -> flatten(e.getValue(), folder + e.getKey(), into));
        }
    }

    /** {@code optimizer.learning-rate 0.01 -> 0.001}. */
    @Override
    public String toString() {
        return path + " " + (before.isEmpty() ? "none" : before) + " -> " + (after.isEmpty() ? "none" : after);
    }
}
