package cairn.data;

import cairn.state.Ephemeral;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Prepares the next batches in the background. It returns what {@link BatchMaker#at} returns, for every step and every
 * depth: the caller owns the position, and batches that were prepared but not asked for leave no trace. A request for a
 * step that is not among the prepared ones discards these and starts there.
 *
 * <p>A batch is valid until the next call of {@link #at}; after that its arrays are used again, so only {@code depth +
 * 1} batches are ever allocated. One thread asks. A failure in the background is thrown by {@code at} for the step
 * at which it happened, and asking again tries again.
 */
public final class Prefetch implements BatchSource {

    /** A batch that is ready, or why it could not be made. */
    private record Prepared(long step, Batch batch, Optional<Throwable> failure) {
    }

    private final BatchMaker source;
    private final int depth;
    @Ephemeral("prepared batches; the next request says which step it wants")
    private final Thread thread;

    /** Guards everything below. */
    private final Object lock = new Object();
    @Ephemeral("prepared batches; the next request says which step it wants")
    private final Deque<Prepared> ready = new ArrayDeque<>();
    @Ephemeral("prepared batches; the next request says which step it wants")
    private final Deque<Batch> free = new ArrayDeque<>();
    @Ephemeral("prepared batches; the next request says which step it wants")
    private final Deque<Batch> lent = new ArrayDeque<>(1);
    /** The step that the thread prepares next; those from {@code next - underWay()} to {@code next - 1} are under way. */
    @Ephemeral("prepared batches; the next request says which step it wants")
    private long next;
    /** Whether a batch that is still wanted is being made. */
    @Ephemeral("prepared batches; the next request says which step it wants")
    private boolean making;
    /** Counts the jumps; a batch begun before the last one is no longer wanted. */
    @Ephemeral("prepared batches; the next request says which step it wants")
    private long jumps;
    @Ephemeral("prepared batches; the next request says which step it wants")
    private boolean started;
    @Ephemeral("whether it still runs, not where it is")
    private boolean closed;

    /** Keeps up to {@code depth} batches ready; 0 makes each when it is asked for, without a thread. */
    public Prefetch(BatchMaker source, int depth) {
        if (depth < 0) {
            throw new IllegalArgumentException("prefetch depth must be 0 or more batches, found " + depth);
        }
        this.source = source;
        this.depth = depth;
        this.thread = new Thread(this::prepare, "prefetch " + source.data().name());
        thread.setDaemon(true);
        if (depth > 0) {
            thread.start();
        }
    }

    @Override
    public Batch at(long step) {
        synchronized (lock) {
            refuseClosed(step);
            free.addAll(lent);
            lent.clear();
            if (depth == 0) {
                return lend(source.fill(step, buffer()));
            }
            aim(step);
            Prepared first = await(step);
            lock.notifyAll();
            if (first.failure().isPresent()) {
                free.add(first.batch());
                throw unchecked(first.failure().get());
            }
            return lend(first.batch());
        }
    }

    @Override
    public int batchesPerEpoch() {
        return source.batchesPerEpoch();
    }

    /** Ends the thread and waits for its end; the batch given last becomes invalid. Further calls do nothing. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes {@code step} the first that is under way: drops the batches before it, or all if it is not under way. */
    private void aim(long step) {
        boolean isUnderWay = started && step >= next - underWay() && step < next;
        while (!ready.isEmpty() && !(isUnderWay && ready.peek().step() == step)) {
            free.add(ready.poll().batch());
        }
        if (!isUnderWay) {
            jumps++;
            making = false;
            next = step;
            started = true;
        }
        lock.notifyAll();
    }

    private long underWay() {
        return ready.size() + (making ? 1 : 0);
    }

    /**
     * Waits for the first batch. An interrupt is kept for later, because the batch is a moment away and a step must not be
     * split.
     */
    private Prepared await(long step) {
        boolean interrupted = false;
        while (ready.isEmpty() && !closed) {
            try {
                lock.wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        refuseClosed(step);
        return ready.poll();
    }

    /** The thread's work. */
    private void prepare() {
        while (true) {
            long step;
            long jump;
            Batch batch;
            synchronized (lock) {
                while (!closed && (!started || ready.size() >= depth)) {
                    try {
                        lock.wait();
                    } catch (InterruptedException e) {
                        // Only this class has this thread, and ends it by closing.
                    }
                }
                if (closed) {
                    return;
                }
                step = next++;
                jump = jumps;
                batch = buffer();
                making = true;
            }
            Prepared made = make(step, batch);
            synchronized (lock) {
                if (jump == jumps) {
                    making = false;
                    ready.add(made);
                    lock.notifyAll();
                } else {
                    free.add(batch);
                }
            }
        }
    }

    private Prepared make(long step, Batch batch) {
        try {
            return new Prepared(step, source.fill(step, batch), Optional.empty());
        } catch (RuntimeException | Error e) {
            return new Prepared(step, batch, Optional.of(e));
        }
    }

    private Batch buffer() {
        return free.isEmpty() ? new Batch() : free.poll();
    }

    private Batch lend(Batch batch) {
        lent.add(batch);
        return batch;
    }

    /** The failure itself, not wrapped: every depth throws the same exception. */
    private static RuntimeException unchecked(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return (RuntimeException) failure;
    }

    private void refuseClosed(long step) {
        if (closed) {
            throw new IllegalStateException("cannot prepare the batch of step " + step + ": the prefetch of "
                    + source.data().name() + " is closed");
        }
    }
}
