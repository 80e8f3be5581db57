package cairn.gpu;

import cairn.data.source.DataFolders;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import cairn.run.Clocks;
import cairn.run.Event;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import cairn.timing.Rounds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * For how long a save holds a training. Words: folder, recipe, saves. Prints bytes of a checkpoint, steps between two saves, and seconds: of
 * a step without what saves hold, and the medians of held by a save and of written beside the training.
 */
final class CaptureStall {
    private static final long WARM_UP_STEPS = 60;
    /** Between two saves, so that the one before is written. */
    private static final double SECONDS = 0.15;
    private static final int FEWEST_STEPS = 10;

    private final List<Event.Saved> saves = new ArrayList<>();
    private long steps;
    private long first;
    private long last;

    private CaptureStall() {
    }

    public static void main(String[] words) throws IOException {
        Recipe recipe = BuiltInRecipes.get(words[1]);
        try (Run run = Run.create(Path.of(words[0]), recipe, Workspace.of(DataFolders.standard(), new Clocks(System::currentTimeMillis, System::nanoTime)))) {
            CaptureStall before = new CaptureStall();
            run.train(TrainOptions.until(WARM_UP_STEPS).save("10").keep("last:1").observers(before::on));
            long every = Math.max(FEWEST_STEPS, (long) Math.ceil(SECONDS / before.secondsPerStep()));
            long end = WARM_UP_STEPS + every * (Long.parseLong(words[2]) + 1);
            CaptureStall watch = new CaptureStall();
            run.train(TrainOptions.until(end).save(Long.toString(every)).keep("last:1").observers(watch::on));
            // The first makes room for those that follow, the last has nothing to hold.
            List<Event.Saved> counted = watch.saves.subList(1, watch.saves.size() - 1);
            System.out.println(counted.get(0).checkpoint().bytes() + " " + every + " " + watch.secondsPerStep() + " "
                    + median(counted.stream().map(Event.Saved::heldSeconds).toList()) + " " + median(counted.stream().map(Event.Saved::writeSeconds).toList()));
        }
        System.exit(0);
    }

    private void on(Event event) {
        if (event instanceof Event.Stepped) {
            last = System.nanoTime();
            first = steps == 0 ? last : first;
            steps++;
        } else if (event instanceof Event.Saved e) {
            saves.add(e);
        }
    }

    /** Over all of them, for on a card several are told at once. */
    private double secondsPerStep() {
        return Math.max(1e-6, (last - first) / 1e9 - saves.stream().mapToDouble(Event.Saved::heldSeconds).sum()) / Math.max(1, steps - 1);
    }

    private static double median(List<Double> values) {
        return Rounds.quantile(values.stream().mapToDouble(d -> d).toArray(), 0.5);
    }
}
