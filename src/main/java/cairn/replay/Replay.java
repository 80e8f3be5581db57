package cairn.replay;

import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.metrics.Evaluation;
import cairn.state.State;
import cairn.train.StepHook;
import cairn.train.StepReport;
import cairn.train.Stepper;
import cairn.train.Trainer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Time travel over a trainer: any step can be reached again, before the current one or after it. The nearest snapshot at or before the step
 * is restored, and the updates after it are made again. They give the same bits, so it does not matter which snapshot was taken.
 *
 * <pre>
 *     Replay replay = Replay.of(trainer, SnapshotBuffer.of(20).every(10));
 *     replay.trainTo(100);
 *     replay.goTo(57);        // restores step 50, makes 7 updates again
 * </pre>
 *
 * <p>Law: {@link #goTo} leaves the trainer with the state of that step, bit for bit: weights, optimizer, averages, best metric, patience. If
 * it throws, the trainer has the state that it had before.
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

    /** Without a buffer: earlier steps are reached from step 0. */
    public static Replay of(Trainer trainer) {
        return new Replay(trainer, Optional.empty(), List.of());
    }

    /** Keeps snapshots in {@code buffer} while {@link #trainTo} and {@link #goTo} make steps. */
    public static Replay of(Trainer trainer, SnapshotBuffer buffer) {
        return new Replay(trainer, Optional.of(buffer), List.of());
    }

    /** From the snapshots of {@code sources} alone. Of equally near ones, that of the first source is taken. */
    public static Replay of(Trainer trainer, List<SnapshotSource> sources) {
        return new Replay(trainer, Optional.empty(), sources);
    }

    /** Goes forward to {@code step}, with every evaluation that is due, and keeps snapshots on the way. */
    public void trainTo(long step) {
        forgetOtherTraining();
        stepper(ReplayListener.NONE).to(step);
        remember();
    }

    /**
     * The way to {@code step}.
     *
     * @throws IllegalArgumentException if there is no snapshot at or before it
     */
    public ReplayPath path(long step) throws IOException {
        forgetOtherTraining();
        return way(step, step).path();
    }

    /**
     * Goes to {@code step}; returns the way it went.
     *
     * @throws IllegalArgumentException if there is no snapshot at or before it
     */
    public ReplayPath goTo(long step) throws IOException {
        return goTo(step, ReplayListener.NONE);
    }

    /** As {@link #goTo(long)}, with calls of {@code listener} on the way. */
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
        long bound = step;
        while (true) {
            Way way = way(step, bound);
            listener.onStart(way.path());
            try {
                way.source().restore(way.path().from(), trainer);
                return way.path();
            } catch (DamagedCheckpointException e) {
                listener.onDamaged(e);
                bound = way.path().from() - 1;
            } catch (NoSuchFileException e) {
                // A process that trains this run may have deleted it since it was listed; if it is still listed, something is wrong.
                if (way.source().steps().contains(way.path().from())) {
                    throw e;
                }
            }
        }
    }

    private record Way(SnapshotSource source, ReplayPath path) {
    }

    /** The way from the nearest snapshot that is not after {@code bound}. */
    private Way way(long step, long bound) throws IOException {
        Optional<Way> best = Optional.empty();
        for (SnapshotSource source : sources()) {
            SortedSet<Long> before = source.steps().headSet(bound + 1);
            if (!before.isEmpty() && (best.isEmpty() || before.last() > best.get().path().from())) {
                best = Optional.of(new Way(source, new ReplayPath(source.name(), before.last(), step)));
            }
        }
        if (step < 0 || best.isEmpty()) {
            throw new IllegalArgumentException("step " + step + " cannot be reached: " + (step < 0 ? "steps count from 0"
                    : "there is no snapshot at or before it, and this training did not begin at step 0 with its recipe alone"));
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
        return new Stepper(trainer, new Stepper.Listener() {
            @Override
            public void beforeSteps() {
                remember();
                listener.beforeSteps();
            }

            @Override
            public void stepped(StepReport report) {
                listener.stepped(report);
            }

            @Override
            public void evaluated(Evaluation evaluation) {
                listener.evaluated(evaluation);
            }
        }, () -> false, step -> StepHook.NONE, step -> buffer.isPresent() && buffer.get().keeps(step));
    }
}
