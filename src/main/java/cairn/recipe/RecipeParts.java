package cairn.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The records of which a recipe in Java is made. When a setting of the recipe is changed through its text, every record whose text stays the
 * same is used again. So a part need not be registered, and may hold what no text can say.
 */
final class RecipeParts {
    static final RecipeParts NONE = new RecipeParts(List.of());

    private final List<Record> all;

    private RecipeParts(List<Record> all) {
        this.all = all;
    }

    static RecipeParts of(Recipe recipe) {
        List<Record> all = new ArrayList<>();
        collect(recipe, all);
        return new RecipeParts(all);
    }

    private static void collect(Object value, List<Record> into) {
        if (value instanceof Record record) {
            into.add(record);
            Setting.of(record).forEach(s -> collect(s.value(), into));
        } else if (value instanceof List<?> list) {
            list.forEach(v -> collect(v, into));
        } else if (value instanceof Optional<?> optional) {
            optional.ifPresent(v -> collect(v, into));
        }
    }

    List<Record> all() {
        return all;
    }

    /** Whether this very record is one of them. */
    boolean has(Record record) {
        return all.stream().anyMatch(part -> part == record);
    }

    /** The part of this type that is written as {@code node}. */
    Optional<Record> writtenAs(JsonNode node, Class<?> type, SettingsWriter writer) {
        return all.stream().filter(part -> type.isInstance(part) && writer.write(part).equals(node)).findFirst();
    }

    /** A part of this type. */
    Optional<Record> like(Class<?> type) {
        return all.stream().filter(type::isInstance).findFirst();
    }
}
