package cairn.replay;

import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.state.State;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Time travel over a trainer: any step can be reached again, before or after the current one. The nearest snapshot at or before the step is
 * restored, and the updates after it are made again. They give the same bits, so the result does not depend on the snapshot.
 *
 * <pre>
 *     Replay replay = Replay.of(trainer, SnapshotBuffer.of(20).every(10));
 *     replay.trainTo(100);
 *     replay.goTo(57);        // restores step 50, makes 7 updates again
 * </pre>
 *
 * <p>Law: after {@link #goTo} the trainer has the state of that step, bit for bit: weights, optimizer, averages, best metric, patience. If
 * it throws, the trainer has the same state as before.
 */
public final class Replay {
    private final Trainer trainer;
    private final Optional<SnapshotBuffer> buffer;
    private final List<SnapshotSource> sources;
    private long restores;

    private Replay(Trainer trainer, Optional<SnapshotBuffer> buffer, List<SnapshotSource> sources) {
        this.trainer = trainer;
        this.buffer = buffer;
        this.sources = List.copyOf(sources);
        this.restores = trainer.restores();
        buffer.ifPresent(b -> b.begin(trainer));
    }

    /** A replay without a buffer: earlier steps are reached from step 0. */
    public static Replay of(Trainer trainer) {
        return new Replay(trainer, Optional.empty(), List.of());
    }

    /** A replay that keeps snapshots in {@code buffer} while {@link #trainTo} and {@link #goTo} make steps. */
    public static Replay of(Trainer trainer, SnapshotBuffer buffer) {
        return new Replay(trainer, Optional.of(buffer), List.of());
    }

    /** A replay that uses only the snapshots of {@code sources}. Of equally near ones, that of the first source is taken. */
    public static Replay of(Trainer trainer, List<SnapshotSource> sources) {
        return new Replay(trainer, Optional.empty(), sources);
    }

    /** Trains to {@code step}, with every evaluation that is due, and keeps snapshots on the way. */
    public void trainTo(long step) {
        forgetOtherTraining();
        stepper(ReplayListener.NONE).to(step);
        remember();
    }

    /**
     * The path to {@code step}.
     *
     * @throws IllegalArgumentException if there is no snapshot at or before it
     */
    public ReplayPath path(long step) throws IOException {
        forgetOtherTraining();
        return nearest(step, sources(), Map.of()).path();
    }

    /**
     * Goes to {@code step}; returns the path.
     *
     * @throws IllegalArgumentException if there is no snapshot at or before it
     */
    public ReplayPath goTo(long step) throws IOException {
        return goTo(step, ReplayListener.NONE);
    }

    /** As {@link #goTo(long)}, and calls {@code listener} on the way. */
    public ReplayPath goTo(long step, ReplayListener listener) throws IOException {
        forgetOtherTraining();
        if (sources.isEmpty()) {
            // The current state is a snapshot too; it must be complete.
            new Stepper(trainer).evaluateIfDue();
            remember();
        }
        State before = trainer.snapshot();
        boolean isThere = false;
        try {
            ReplayPath path = restoreNearest(step, listener);
            stepper(listener).to(step);
            isThere = true;
            return path;
        } finally {
            if (!isThere) {
                before.into(trainer);
            }
        }
    }

    private ReplayPath restoreNearest(long step, ReplayListener listener) throws IOException {
        List<SnapshotSource> all = sources();
        // Of a source with a damaged snapshot, only earlier ones are tried; another source may have a sound one of the same step.
        Map<SnapshotSource, Long> bounds = new HashMap<>();
        while (true) {
            Candidate nearest = nearest(step, all, bounds);
            listener.onStart(nearest.path());
            try {
                nearest.source().restore(nearest.path().from(), trainer);
                return nearest.path();
            } catch (DamagedCheckpointException e) {
                listener.onDamaged(e);
                bounds.put(nearest.source(), nearest.path().from() - 1);
            } catch (NoSuchFileException e) {
                // Another process, which trains this run, may have deleted it since it was listed. If it is still listed, this is an error.
                if (nearest.source().steps().contains(nearest.path().from())) {
                    throw e;
                }
            }
        }
    }

    private record Candidate(SnapshotSource source, ReplayPath path) {
    }

    /** The path from the nearest snapshot; of a source with a bound, from one that is not after it. */
    private static Candidate nearest(long step, List<SnapshotSource> sources, Map<SnapshotSource, Long> bounds) throws IOException {
        Optional<Candidate> best = Optional.empty();
        for (SnapshotSource source : sources) {
            SortedSet<Long> before = source.steps().headSet(bounds.getOrDefault(source, step) + 1);
            if (!before.isEmpty() && (best.isEmpty() || before.last() > best.get().path().from())) {
                best = Optional.of(new Candidate(source, new ReplayPath(source.name(), before.last(), step)));
            }
        }
        if (step < 0 || best.isEmpty()) {
            throw new IllegalArgumentException("step " + step + " cannot be reached: " + (step < 0 ? "steps count from 0"
                    : "there is no snapshot at or before it, and the recipe alone does not define step 0 of this training"));
        }
        return best.get();
    }

    private List<SnapshotSource> sources() {
        if (!sources.isEmpty()) {
            return sources;
        }
        List<SnapshotSource> all = new ArrayList<>();
        buffer.ifPresent(all::add);
        all.add(SnapshotSource.current(trainer));
        if (trainer.restores() == 0) {
            all.add(SnapshotSource.beginning());
        }
        return all;
    }

    /** After {@link Trainer#restore}, the snapshots may be those of another training. */
    private void forgetOtherTraining() {
        if (trainer.restores() != restores) {
            restores = trainer.restores();
            buffer.ifPresent(SnapshotBuffer::forget);
        }
    }

    private void remember() {
        buffer.ifPresent(b -> b.remember(trainer));
    }

    private Stepper stepper(ReplayListener listener) {
        return new Stepper(trainer, new ForwardingListener(listener) {
            @Override
            public void beforeSteps() {
                remember();
                super.beforeSteps();
            }
        }, () -> false, listener::hook, step -> buffer.isPresent() && buffer.get().keeps(step));
    }
}
