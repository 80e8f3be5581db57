package cairn.run;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.disk.FolderLostException;
import cairn.recipe.Position;
import cairn.state.ProcessMemory;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.state.StateMemory;
import cairn.train.MemoryNeed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Saves while training goes on. The training thread copies the state into one of two {@linkplain SnapshotStaging staging buffers}, which
 * are reused, and goes on. One background thread computes the digest, writes and forces the file, and then deletes checkpoints that need
 * not be kept. So at most one save is being written and one waits; a third one waits until the first has ended. The memory is twice the
 * size of a checkpoint, or once where there is no room for more; with a GPU, twice on the device and as much on the host.
 *
 * <p>Laws: the stored state is the state at the call of {@link #save}, whatever the training does meanwhile. A failure is never lost: it is
 * kept until the next {@link #poll}, {@link #drain} or {@link #close}.
 */
final class BackgroundSaver implements AutoCloseable {
    private static final int BUFFERS = MemoryNeed.SAVES;

    /**
     * A save that has succeeded: the checkpoint is on the disk.
     *
     * @param damaged checkpoints that should be kept and cannot be read, each told once; others were kept in their place
     */
    record Done(Position position, CheckpointInfo checkpoint, List<CheckpointInfo> dropped, List<DamagedCheckpointException> damaged,
            double heldSeconds, double writeSeconds) {
    }

    /**
     * A save that has failed.
     *
     * @param isSaved whether the checkpoint is on the disk and only the deletion of older ones failed
     */
    record Failed(Position position, Throwable cause, boolean isSaved) {
        String why() {
            return Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName());
        }

        /** Whether nothing can be saved any more, because this process does not hold the folder of the run. */
        boolean isFinal() {
            return cause instanceof FolderLostException;
        }

        /** The exception for the training thread; it throws unchecked causes itself. */
        IOException asException() {
            if (cause instanceof FolderLostException e) {
                return e;
            } else if (cause instanceof RuntimeException e) {
                throw e;
            } else if (cause instanceof Error e) {
                throw e;
            }
            return new IOException(isSaved
                    ? "the checkpoint of step " + position.step() + " is saved, but older ones that need not be kept could not be deleted: "
                            + why() + ". To train on without deleting any, keep all"
                    : "the checkpoint of step " + position.step() + " could not be saved: " + why().replaceFirst("\\.$", "")
                            + ". Earlier checkpoints are untouched: when the disk can be written again (prune makes space), a resume goes on"
                            + " from the newest of them", cause);
        }
    }

    /** The saves that have ended since the last call. */
    record Outcome(List<Done> done, List<Failed> failed) {
    }

    private final CheckpointStore store;
    private final RetentionPolicy keep;
    private final LongSupplier clock;
    private final Consumer<CheckpointInfo> committed;
    private final BlockingDeque<SnapshotStaging> free = new LinkedBlockingDeque<>();
    /** Only the training thread uses it. */
    private int buffers = BUFFERS;
    /** What a buffer holds, once one was used. */
    private long bytes;
    private final ConcurrentLinkedQueue<Done> done = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Failed> failed = new ConcurrentLinkedQueue<>();
    // The thread is no daemon, so a program that ends waits for the current save.
    private final ExecutorService writer = Executors.newSingleThreadExecutor(task -> new Thread(task, "checkpoint-writer"));

    BackgroundSaver(CheckpointStore store, RetentionPolicy keep, LongSupplier clock) {
        this(store, keep, clock, checkpoint -> { });
    }

    /** @param committed called by the background thread when a checkpoint is on the disk, before others are deleted */
    BackgroundSaver(CheckpointStore store, RetentionPolicy keep, LongSupplier clock, Consumer<CheckpointInfo> committed) {
        this.store = store;
        this.keep = keep;
        this.clock = clock;
        this.committed = committed;
        for (int i = 0; i < BUFFERS; i++) {
            free.add(new SnapshotStaging());
        }
    }

    /** Captures {@code training} now and stores it in the background. Returns when training may go on. */
    void save(Position position, Snapshottable training, Map<String, String> facts, Map<String, Double> metrics) throws IOException {
        save(position, training, facts, metrics, store::commit);
    }

    /** As {@link #save}, but replaces the stored checkpoint of this step. */
    void replace(Position position, Snapshottable training, Map<String, String> facts, Map<String, Double> metrics) throws IOException {
        save(position, training, facts, metrics, store::replace);
    }

    /** Puts a checkpoint into the store. */
    private interface Storing {
        CheckpointInfo store(Checkpoint checkpoint) throws IOException;
    }

    private void save(Position position, Snapshottable training, Map<String, String> facts, Map<String, Double> metrics, Storing storing)
            throws IOException {
        long begin = clock.getAsLong();
        SnapshotStaging staging = take();
        boolean isHandedOver = false;
        try {
            Supplier<State> taken = staging.take(training);
            bytes = Math.max(bytes, staging.bytes());
            Checkpoint outline = new Checkpoint(position.step(), State.of(Map.of()), facts, metrics);
            double held = (clock.getAsLong() - begin) / 1e9;
            writer.execute(() -> write(position, () -> outline.with(taken.get()), storing, staging, held));
            isHandedOver = true;
        } finally {
            if (!isHandedOver) {
                free.addFirst(staging);
            }
        }
    }

    private void write(Position position, Supplier<Checkpoint> checkpoint, Storing storing, SnapshotStaging staging, double held) {
        long begin = clock.getAsLong();
        Optional<CheckpointInfo> saved = Optional.empty();
        List<CheckpointInfo> dropped = List.of();
        List<DamagedCheckpointException> damaged = new ArrayList<>();
        try {
            saved = Optional.of(storing.store(checkpoint.get()));
            committed.accept(saved.get());
            // Only now, because the new checkpoint is on the disk.
            dropped = store.prune(keep, damaged::add);
        } catch (IOException | RuntimeException | Error e) {
            failed.add(new Failed(position, e, saved.isPresent()));
        } finally {
            if (saved.isPresent()) {
                done.add(new Done(position, saved.get(), dropped, damaged, held, (clock.getAsLong() - begin) / 1e9));
            }
            free.addFirst(staging);
        }
    }

    /** The saves that have ended; does not wait. */
    Outcome poll() {
        return new Outcome(drained(done), drained(failed));
    }

    /** Waits until everything is written; returns the saves that have ended. */
    Outcome drain() throws IOException {
        List<SnapshotStaging> all = new ArrayList<>();
        for (int i = 0; i < buffers; i++) {
            all.add(free());
        }
        free.addAll(all);
        return poll();
    }

    private static <T> List<T> drained(ConcurrentLinkedQueue<T> queue) {
        if (queue.isEmpty()) {
            return List.of();
        }
        List<T> all = new ArrayList<>();
        for (T next = queue.poll(); next != null; next = queue.poll()) {
            all.add(next);
        }
        return all;
    }

    /**
     * A buffer that is not in use; one that was used before, if there is one. The second one is given up where the memory has no room for it:
     * then a save waits until the one before it has been written.
     */
    private SnapshotStaging take() throws IOException {
        SnapshotStaging staging = free();
        if (staging.bytes() == 0 && bytes > 0 && !hasRoom(bytes)) {
            buffers--;
            staging = free();
        }
        return staging;
    }

    private static boolean hasRoom(long bytes) {
        return ProcessMemory.free() >= bytes && ProcessMemory.offHeap() - StateMemory.bytes() >= bytes;
    }

    private SnapshotStaging free() throws IOException {
        try {
            return free.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a save to end", e);
        }
    }

    /** Waits until everything is written, and throws a failure that was not reported yet. */
    @Override
    public void close() throws IOException {
        writer.shutdown();
        try {
            writer.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            free.forEach(SnapshotStaging::release);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Failed lost = failed.poll();
        if (lost != null) {
            throw lost.asException();
        }
    }
}
