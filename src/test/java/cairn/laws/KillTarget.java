package cairn.laws;

import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import cairn.run.Clocks;
import cairn.run.Event;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The program that {@link KillTest} kills: it starts a run, or resumes it if it exists. It saves at every step and prints each saved step.
 */
final class KillTarget {
    static final String KEEP = "last:3,best:1,every:400";
    static final String OPEN = "open";
    static final String SAVED = "saved ";
    static final String END = "end ";

    private KillTarget() {
    }

    /** Arguments: the file of the recipe, the folder of the run, the step to train to. */
    public static void main(String[] words) throws IOException {
        Path folder = Path.of(words[1]);
        long until = Long.parseLong(words[2]);
        try (Run run = open(Path.of(words[0]), folder)) {
            System.out.println(OPEN);
            run.train(TrainOptions.until(until).save("1").keep(KEEP).observers(event -> {
                if (event instanceof Event.Saved e) {
                    System.out.println(SAVED + e.checkpoint().step());
                }
            }));
            System.out.println(END + run.trainer().snapshot().digest());
        }
    }

    private static Run open(Path recipe, Path folder) throws IOException {
        Clocks clocks = new Clocks(System::currentTimeMillis, System::nanoTime);
        if (Files.exists(folder.resolve("recipe.yaml"))) {
            return Run.resume(folder, Workspace.of(DataFolders.standard(), clocks), ResumeOptions.standard().onDamaged(damaged -> {
                throw new AssertionError("a kill damaged a checkpoint", damaged);
            }));
        }
        return Run.create(folder, Recipe.parse(Files.readString(recipe, StandardCharsets.UTF_8), recipe.toString()),
                Workspace.of(DataFolders.standard(), clocks));
    }
}
