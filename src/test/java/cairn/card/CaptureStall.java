package cairn.card;

import cairn.timing.Rounds;
import cairn.train.BuiltInRecipes;
import cairn.train.DataPlaces;
import cairn.train.Event;
import cairn.train.Recipe;
import cairn.train.Run;
import cairn.train.SaveRule;
import cairn.train.StopRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * For how long a save holds a training. Words: folder, recipe, saves. Prints bytes of a checkpoint, steps between two saves, and the medians
 * of seconds: of a step, held by a save, written beside the training.
 */
final class CaptureStall {
    private static final long WARM_UP_STEPS = 60;
    /** Between two saves, so that the one before is written. */
    private static final double SECONDS = 0.15;
    private static final int FEWEST_STEPS = 10;

    private final List<Double> steps = new ArrayList<>();
    private final List<Event.Saved> saves = new ArrayList<>();
    private long last = System.nanoTime();

    private CaptureStall() {
    }

    public static void main(String[] words) throws IOException {
        Recipe recipe = BuiltInRecipes.get(words[1]);
        try (Run run = Run.create(Path.of(words[0]), recipe, DataPlaces.standard(), new Run.Clocks(System::currentTimeMillis, System::nanoTime))) {
            CaptureStall before = new CaptureStall();
            run.train(WARM_UP_STEPS, StopRule.atStep(WARM_UP_STEPS), SaveRule.parse("10"), "last:1", List.of(before::on));
            long every = Math.max(FEWEST_STEPS, (long) Math.ceil(SECONDS / median(before.steps)));
            long end = WARM_UP_STEPS + every * (Long.parseLong(words[2]) + 1);
            CaptureStall watch = new CaptureStall();
            run.train(end, StopRule.atStep(end), SaveRule.parse(Long.toString(every)), "last:1", List.of(watch::on));
            // The first makes room for those that follow, the last has nothing to hold.
            List<Event.Saved> counted = watch.saves.subList(1, watch.saves.size() - 1);
            System.out.println(counted.get(0).checkpoint().bytes() + " " + every + " " + median(watch.steps) + " "
                    + median(counted.stream().map(Event.Saved::heldSeconds).toList()) + " " + median(counted.stream().map(Event.Saved::writeSeconds).toList()));
        }
        System.exit(0);
    }

    private void on(Event event) {
        if (event instanceof Event.Stepped) {
            long now = System.nanoTime();
            steps.add((now - last) / 1e9);
            last = now;
        } else if (event instanceof Event.Saved e) {
            saves.add(e);
        }
    }

    private static double median(List<Double> values) {
        return Rounds.quantile(values.stream().mapToDouble(d -> d).toArray(), 0.5);
    }
}
