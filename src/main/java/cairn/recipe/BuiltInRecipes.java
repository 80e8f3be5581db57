package cairn.recipe;

import cairn.words.Spelling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** The recipes that come with Cairn, as text, so that a user can copy and change them. */
public final class BuiltInRecipes {
    private static final List<String> NAMES = List.of("iris", "wine", "breast-cancer", "digits", "mnist-mlp", "mnist-cnn",
            "fashion-cnn", "moons", "spirals", "discs");

    private BuiltInRecipes() {
    }

    /** Their names, simplest first. */
    public static List<String> names() {
        return NAMES;
    }

    /** The YAML of {@code name}, comments included. */
    public static String text(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("no built-in recipe '" + name + "'; " + Spelling.hint(name, NAMES));
        }
        try (InputStream in = BuiltInRecipes.class.getResourceAsStream("/recipes/" + name + ".yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One sentence about the recipe: the comment at its beginning. */
    public static String summary(String name) {
        return text(name).lines().takeWhile(line -> line.startsWith("#")).map(line -> line.substring(1).strip())
                .collect(Collectors.joining(" "));
    }

    /** The recipe {@code name}. */
    public static Recipe get(String name) {
        return Recipe.parse(text(name), name);
    }
}
