package cairn.cli.args;

import cairn.cli.terminal.CommandException;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import cairn.words.BadByte;
import cairn.words.ByteSize;
import cairn.words.Spelling;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** How a user names a recipe: the name of a built-in one, or the path of a YAML file. */
public final class RecipeName {
    private static final long MOST_BYTES = 16L << 20;

    private RecipeName() {
    }

    /** Whether there is a text of that name, which may still be no sound recipe. */
    public static boolean exists(String name) {
        return BuiltInRecipes.names().contains(name) || Files.isRegularFile(Path.of(name));
    }

    /** The YAML of the recipe. */
    public static String text(String name) throws IOException {
        if (BuiltInRecipes.names().contains(name)) {
            return BuiltInRecipes.text(name);
        }
        Path file = Path.of(name);
        if (Files.isRegularFile(file)) {
            return content(file);
        }
        boolean isPath = name.contains("/") || name.contains("\\") || name.endsWith(".yaml") || name.endsWith(".yml");
        throw CommandException.usage(isPath
                ? (Files.isDirectory(file) ? name + " is a folder; expected a recipe file" : "there is no recipe file " + name)
                : "there is no built-in recipe '" + name + "' and no file of that name; " + Spelling.hint(name, BuiltInRecipes.names()));
    }

    private static String content(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw CommandException.usage(file + " has " + ByteSize.text(Files.size(file)) + "; a recipe has at most "
                    + ByteSize.text(MOST_BYTES) + ". Is it another file?");
        }
        byte[] bytes = Files.readAllBytes(file);
        Optional<BadByte> bad = BadByte.first(new ByteArrayInputStream(bytes));
        if (bad.isPresent()) {
            throw CommandException.usage("cannot read " + file + ": " + bad.get().where() + ": " + bad.get().problem()
                    + ". Save it as UTF-8");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * A recipe and where it comes from.
     *
     * @param folder the folder of its file; empty for a built-in recipe
     */
    public record Source(Recipe recipe, Optional<Path> folder) {
    }

    public static Source source(String name) throws IOException {
        return new Source(read(name), BuiltInRecipes.names().contains(name) ? Optional.empty()
                : Optional.of(Path.of(name).toAbsolutePath().normalize().getParent()));
    }

    public static Recipe read(String name) throws IOException {
        return Recipe.parse(text(name), name);
    }
}
