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
 * Measures how long training waits for a save. Arguments: folder, recipe, number of saves. It prints the bytes of a checkpoint, the steps
 * between two saves, and three times in seconds: one step without waiting for saves, the median wait for a save, and the median time of
 * writing.
 */
final class CaptureStall {
    private static final long WARM_UP_STEPS = 60;
    /** The time between two saves, so that the earlier one is written by then. */
    private static final double SECONDS = 0.15;
    private static final int FEWEST_STEPS = 10;

    private final List<Event.Saved> saves = new ArrayList<>();
    private long steps;
    private long first;
    private long last;

    private CaptureStall() {
    }

    public static void main(String[] args) throws IOException {
        Recipe recipe = BuiltInRecipes.get(args[1]);
        try (Run run = Run.create(Path.of(args[0]), recipe, Workspace.of(DataFolders.standard(), new Clocks(System::currentTimeMillis,
                System::nanoTime)))) {
            CaptureStall before = new CaptureStall();
            run.train(TrainOptions.until(WARM_UP_STEPS).save("10").keep("last:1").observers(before::on));
            long every = Math.max(FEWEST_STEPS, (long) Math.ceil(SECONDS / before.secondsPerStep()));
            long end = WARM_UP_STEPS + every * (Long.parseLong(args[2]) + 1);
            CaptureStall measured = new CaptureStall();
            run.train(TrainOptions.until(end).save(Long.toString(every)).keep("last:1").observers(measured::on));
            // The first save allocates the buffers of the others, and no step waits for the last one.
            List<Event.Saved> counted = measured.saves.subList(1, measured.saves.size() - 1);
            System.out.println(counted.get(0).checkpoint().bytes() + " " + every + " " + measured.secondsPerStep() + " "
                    + median(counted.stream().map(Event.Saved::heldSeconds).toList()) + " "
                    + median(counted.stream().map(Event.Saved::writeSeconds).toList()));
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

    /** The mean over all steps, because a GPU reports several steps at once. */
    private double secondsPerStep() {
        return Math.max(1e-6, (last - first) / 1e9 - saves.stream().mapToDouble(Event.Saved::heldSeconds).sum()) / Math.max(1, steps - 1);
    }

    private static double median(List<Double> values) {
        return Rounds.quantile(values.stream().mapToDouble(d -> d).toArray(), 0.5);
    }
}
