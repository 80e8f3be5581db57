package cairn.bench;

import cairn.data.source.DataFolders;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import cairn.run.Clocks;
import cairn.run.Event;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** mnist-mlp with a save every 100 steps; prints the resident memory every 1,000 steps. Words: folder, steps. */
final class LongRun {
    private LongRun() {
    }

    public static void main(String[] words) throws IOException {
        long steps = Long.parseLong(words[1]);
        Recipe recipe = BuiltInRecipes.get("mnist-mlp");
        try (Run run = Run.create(Path.of(words[0]), recipe, Workspace.of(DataFolders.standard(), new Clocks(System::currentTimeMillis, System::nanoTime)))) {
            run.train(TrainOptions.until(steps).save("100").keep(recipe.run().keep()).observers(LongRun::tell));
        }
    }

    private static void tell(Event event) {
        if (event instanceof Event.Stepped && event.position().step() % 1000 == 0) {
            try {
                System.out.println(event.position().step() + " " + Memory.resident());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
