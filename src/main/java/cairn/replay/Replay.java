package cairn.replay;

import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.state.State;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/**
 * A training as a film that can be wound to any step: the nearest bookmark at or before the step is restored, and the steps from
 * there on are made again. They are the same steps, so it does not matter which bookmark it was.
 *
 * <p>Laws: {@link #goTo} leaves the trainer with the state of that step, bit for bit, whatever its way there; or, if it throws, as it
 * was.
 */
public final class Replay {

    /**
     * The way to a step.
     *
     * @param source what the bookmark is: a name of {@link SnapshotSource}
     * @param from the step of the bookmark
     * @param to the step to be reached
     */
    public record Route(String source, long from, long to) {
        /** How many steps have to be made again. */
        public long replayed() {
            return to - from;
        }
    }

    /** Sees the way before it is gone, and each of its steps. */
    public interface Viewer extends Stepper.Listener {
        /** This way will be gone now. */
        default void setsOut(Route route) {
        }

        /** A bookmark turned out to be damaged and is passed over; another way follows. */
        default void passesOver(DamagedCheckpointException damaged) {
        }
    }

    private static final Viewer NOBODY = new Viewer() { };

    private final Trainer trainer;
    private final List<SnapshotSource> sources;

    /** @param sources of equally near bookmarks the one of the first of these is taken */
    public Replay(Trainer trainer, List<SnapshotSource> sources) {
        this.trainer = trainer;
        this.sources = List.copyOf(sources);
    }

    /**
     * The way to {@code step}.
     *
     * @throws IllegalArgumentException if there is no bookmark at or before it
     */
    public Route route(long step) throws IOException {
        return way(step, step).route();
    }

    /** Goes to {@code step}; returns the way it went. */
    public Route goTo(long step) throws IOException {
        return goTo(step, NOBODY);
    }

    /** The same, with somebody watching. */
    public Route goTo(long step, Viewer viewer) throws IOException {
        State before = trainer.snapshot();
        boolean isThere = false;
        try {
            Route route = restoreNearest(step, viewer);
            new Stepper(trainer, viewer).to(step);
            isThere = true;
            return route;
        } finally {
            if (!isThere) {
                before.into(trainer);
            }
        }
    }

    private Route restoreNearest(long step, Viewer viewer) throws IOException {
        long least = step;
        while (true) {
            Way way = way(step, least);
            viewer.setsOut(way.route());
            try {
                way.source().restore(way.route().from(), trainer);
                return way.route();
            } catch (DamagedCheckpointException e) {
                viewer.passesOver(e);
                least = way.route().from() - 1;
            } catch (NoSuchFileException e) {
                // Whoever trains this run may have deleted it since it was listed; if it is still listed, something is wrong.
                if (way.source().steps().contains(way.route().from())) {
                    throw e;
                }
            }
        }
    }

    private record Way(SnapshotSource source, Route route) {
    }

    /** The nearest bookmark that is not after {@code bound}. */
    private Way way(long step, long bound) throws IOException {
        List<Way> ways = new ArrayList<>();
        for (SnapshotSource source : sources) {
            SortedSet<Long> before = source.steps().headSet(bound + 1);
            if (!before.isEmpty() && (ways.isEmpty() || before.last() > ways.get(ways.size() - 1).route().from())) {
                ways.add(new Way(source, new Route(source.name(), before.last(), step)));
            }
        }
        if (step < 0 || ways.isEmpty()) {
            throw new IllegalArgumentException("step " + step + " cannot be reached: " + (step < 0 ? "steps count from 0"
                    : "no state is kept at or before it, and this training did not begin at step 0 with its recipe alone"));
        }
        return ways.get(ways.size() - 1);
    }
}
