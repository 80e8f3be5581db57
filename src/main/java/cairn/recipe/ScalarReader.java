package cairn.recipe;

import cairn.words.Spelling;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Reads single values of a recipe: numbers, texts, booleans, the constants of an enum. A wrong value is a problem and is replaced by the
 * fallback, so that the rest of the recipe can be checked too.
 */
final class ScalarReader {
    private static final int LONGEST = 60;

    private final BiConsumer<String, String> problem;

    /** @param problem is called with the path and the description of each problem */
    ScalarReader(BiConsumer<String, String> problem) {
        this.problem = problem;
    }

    /** A number, a text or a boolean, as {@code type} says. */
    Object read(JsonNode node, Class<?> type, Object fallback, String path) {
        if ((type == int.class || type == Integer.class) && node.isIntegralNumber() && node.canConvertToInt()) {
            return node.intValue();
        } else if ((type == long.class || type == Long.class) && node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        } else if ((type == double.class || type == Double.class) && node.isNumber()) {
            return node.doubleValue();
        } else if ((type == boolean.class || type == Boolean.class) && node.isBoolean()) {
            return node.booleanValue();
        } else if (type == String.class && (node.isTextual() || node.isIntegralNumber())) {
            return node.asText();
        } else if (type == String.class && (node.isNumber() || node.isBoolean())) {
            // 1.50 and 1e5 would become 1.5 and 100000.0, and no and off would become false.
            problem.accept(path, "expected a text, found the " + (node.isNumber() ? "number " : "truth value ") + node.asText()
                    + "; put it in quotes");
            return fallback;
        }
        problem.accept(path, "expected " + expected(type) + ", found " + found(node));
        return fallback;
    }

    private static String expected(Class<?> type) {
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            return "a whole number";
        } else if (type == double.class || type == Double.class) {
            return "a number";
        }
        return type == String.class ? "a text" : type == boolean.class || type == Boolean.class ? "true or false"
                : "a value that only a program in Java can give";
    }

    /** A constant of the enum {@code type}, by its name in kebab case. */
    Object constant(JsonNode node, Class<?> type, Object fallback, String path) {
        Map<String, Object> names = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            names.put(Setting.kebab((Enum<?>) constant), constant);
        }
        Object value = node.isTextual() ? names.get(node.textValue()) : null;
        if (value == null) {
            problem.accept(path, "found " + found(node) + "; " + Spelling.hint(node.asText(), names.keySet()));
            return fallback;
        }
        return value;
    }

    /** A value with a notation of its own, such as {@code 5ep}. */
    <T> T parsed(JsonNode node, Function<String, T> parse, T fallback, String path) {
        try {
            if (node.isValueNode() && !node.isNull()) {
                return parse.apply(node.asText());
            }
            problem.accept(path, "expected a single value, found " + found(node));
        } catch (IllegalArgumentException e) {
            problem.accept(path, e.getMessage());
        }
        return fallback;
    }

    /** What stands in the recipe, shortened for a message. */
    static String found(JsonNode node) {
        String text = node.isContainerNode() ? node.toString() : "'" + node.asText() + "'";
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
    }
}
