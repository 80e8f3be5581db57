package cairn.cli;

import cairn.cli.args.Console;
import cairn.cli.args.RecipeName;
import cairn.cli.report.Format;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn recipes}. */
@Command(name = "recipes", description = "Lists the built-in recipes, or prints one.",
        footer = {"", "Examples:",
            "  cairn recipes                           lists them",
            "  cairn recipes iris > my.yaml            a copy to change and to train",
            "  cairn recipes my.yaml --full            checks it, and prints every default"})
final class RecipesCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "The name of a built-in recipe, or the path of a YAML file.")
    private String name;

    @Option(names = "--full", description = "Prints every setting, as it enters the digest.")
    private boolean full;

    @Mixin
    private Console console;

    @Override
    public Integer call() throws IOException {
        Screen screen = console.screen();
        if (name != null) {
            Recipe recipe = RecipeName.read(name);
            String text = full ? recipe.toYaml() : RecipeName.text(name);
            screen.print(text.stripTrailing());
            screen.emit(describe(recipe).put("yaml", text));
            return ExitCode.OK;
        }
        Columns table = new Columns("recipe", "run", "digest", "");
        for (String each : BuiltInRecipes.names()) {
            Recipe recipe = BuiltInRecipes.get(each);
            table.add(each, length(recipe), Format.brief(recipe.digest()), BuiltInRecipes.summary(each));
            screen.emit(describe(recipe));
        }
        screen.print(table.toString());
        screen.print("");
        screen.print("Print one with `cairn recipes NAME`, train it with `cairn train NAME`.");
        return ExitCode.OK;
    }

    private static ObjectNode describe(Recipe recipe) {
        ObjectNode event = Screen.event("recipe").put("name", recipe.name()).put("recipe_digest", recipe.digest());
        ArrayNode model = event.putArray("model");
        recipe.model().forEach(layer -> model.add(layer.kind()));
        return event;
    }

    private static String length(Recipe recipe) {
        return recipe.run().steps().map(s -> Format.count(s, "step"))
                .or(() -> recipe.run().epochs().map(e -> Format.count(e, "epoch"))).orElse("");
    }
}
