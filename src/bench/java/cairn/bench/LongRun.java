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

/** Trains mnist-mlp with a save every 100 steps and prints the resident memory every 1,000 steps. Arguments: folder, steps. */
final class LongRun {
    private LongRun() {
    }

    public static void main(String[] args) throws IOException {
        long steps = Long.parseLong(args[1]);
        Recipe recipe = BuiltInRecipes.get("mnist-mlp");
        try (Run run = Run.create(Path.of(args[0]), recipe, Workspace.of(DataFolders.standard(), new Clocks(System::currentTimeMillis,
                System::nanoTime)))) {
            run.train(TrainOptions.until(steps).save("100").keep(recipe.run().keep()).observers(LongRun::print));
        }
    }

    private static void print(Event event) {
        if (event instanceof Event.Stepped && event.position().step() % 1000 == 0) {
            try {
                System.out.println(event.position().step() + " " + Memory.resident());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
