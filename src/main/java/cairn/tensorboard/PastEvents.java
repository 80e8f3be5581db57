package cairn.tensorboard;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.CheckpointException;
import cairn.disk.Disk;
import cairn.journal.Numbers;
import cairn.look.StateView;
import cairn.look.TensorView;
import cairn.look.curve.Curve;
import cairn.look.curve.Mark;
import cairn.look.curve.RunCurves;
import cairn.run.History;
import cairn.run.Run;
import cairn.run.Series;
import cairn.state.State;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a run has recorded, as events by rising step: every series of its journal, the ends of intervals, what happened to it, and of each
 * saved step the histograms and the pictures of its weights. Of a branch it is what the branch itself did.
 *
 * <p>Law: the time of an event is that of the journal, so the same run gives the same bytes.
 */
final class PastEvents {
    private static final String MODEL = "model/";

    private final Path run;
    private final Disk disk;
    private final long origin;
    private final List<Mark> marks;
    private final RunCurves curves;
    private final Numbers times;
    private final String recipe;
    private final SortedSet<Long> stored;
    private final List<String> problems = new ArrayList<>();
    private long events;

    private PastEvents(Path run, Disk disk, RunCurves curves, Numbers times, String recipe, SortedSet<Long> stored) {
        this.run = run;
        this.disk = disk;
        this.origin = Math.max(0, curves.parentUntil());
        this.marks = curves.marks().stream().filter(m -> m.step() >= origin).toList();
        this.curves = curves.between(curves.parentUntil() + 1, Long.MAX_VALUE);
        this.times = times;
        this.recipe = recipe;
        this.stored = stored;
        this.problems.addAll(curves.problems());
    }

    static PastEvents of(Path run, Disk disk) throws IOException {
        RunCurves all = RunCurves.of(run, disk);
        try (DirectoryStore store = DirectoryStore.reading(run, disk)) {
            return new PastEvents(run, disk, all, History.times(disk, run), Run.recipeText(run, disk), new TreeSet<>(store.steps()));
        }
    }

    /** What could not be read, one line each. */
    List<String> problems() {
        return problems;
    }

    /** How many numbers, histograms, pictures and texts were written. */
    long events() {
        return events;
    }

    /** When the run began, in milliseconds; 0 if its journal does not say. */
    long begin() {
        return times.size() == 0 ? 0 : (long) times.values()[0];
    }

    /** The time of a step: of the last one up to it that the journal has. */
    private long time(long step) {
        int found = Arrays.binarySearch(times.steps(), step);
        int at = found >= 0 ? found : Math.max(0, -found - 2);
        return times.size() == 0 ? 0 : (long) times.values()[at];
    }

    /** Writes the events up to step {@code last}. */
    void to(EventFile file, long last) throws IOException {
        add(file, origin, List.of(Item.text("recipe", "```yaml\n" + recipe + "\n```")));
        TreeMap<Long, List<Mark>> marked = new TreeMap<>();
        marks.forEach(m -> marked.computeIfAbsent(m.step(), s -> new ArrayList<>()).add(m));
        SortedSet<Long> whole = new TreeSet<>(marked.keySet());
        whole.addAll(stored);
        List<Curve> all = List.copyOf(curves.curves().values());
        int[] next = new int[all.size()];
        while (true) {
            long step = whole.isEmpty() ? Long.MAX_VALUE : whole.first();
            for (int c = 0; c < next.length; c++) {
                step = next[c] < all.get(c).size() ? Math.min(step, all.get(c).step(next[c])) : step;
            }
            if (step == Long.MAX_VALUE || step > last) {
                return;
            }
            List<Item> items = new ArrayList<>();
            for (int c = 0; c < next.length; c++) {
                if (next[c] < all.get(c).size() && all.get(c).step(next[c]) == step) {
                    items.addAll(items(all.get(c), next[c]++));
                }
            }
            if (whole.remove(step)) {
                marked.getOrDefault(step, List.of()).forEach(m -> items.add(Item.text("marks", m.kind().word() + ": " + m.text())));
                items.addAll(weights(step));
            }
            add(file, step, items);
        }
    }

    private void add(EventFile file, long step, List<Item> items) throws IOException {
        file.add(time(step), step, items);
        events += items.size();
    }

    private static List<Item> items(Curve curve, int index) {
        List<Item> items = new ArrayList<>(List.of(Item.scalar(curve.name(), curve.value(index))));
        if (curve.hasInterval(index)) {
            Series.measure(curve.name()).ifPresent(measure -> {
                items.add(Item.scalar(Series.low(measure), curve.low(index)));
                items.add(Item.scalar(Series.high(measure), curve.high(index)));
            });
        }
        return items;
    }

    private List<Item> weights(long step) throws IOException {
        if (!stored.contains(step)) {
            return List.of();
        }
        try (DirectoryStore store = DirectoryStore.reading(run, disk)) {
            return weights(store.read(step).state());
        } catch (NoSuchFileException deletedMeanwhile) {
            return List.of();
        } catch (CheckpointException e) {
            problems.add(e.getMessage());
            return List.of();
        }
    }

    /** The histograms of the weights of a state, and the pictures of those that are pictures. */
    static List<Item> weights(State state) {
        List<Item> items = new ArrayList<>();
        StateView view = new StateView(state);
        for (TensorView tensor : view.tensors(MODEL)) {
            String name = tensor.path().substring(MODEL.length());
            if (tensor.histogram().total() > 0) {
                items.add(Item.histogram("weights/" + name, tensor));
            }
            view.tiles(tensor).ifPresent(tiles -> items.add(Item.image("pictures/" + name, tiles.png())));
        }
        return items;
    }
}
