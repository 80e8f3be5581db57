package cairn.replay;

import cairn.state.CaptureBuffers;
import cairn.state.State;
import cairn.train.Trainer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Snapshots of a training at some of its steps, in memory outside the Java heap. The memory is reused, so a snapshot costs only a copy of
 * its bytes. For one training at a time.
 *
 * <pre>
 *     SnapshotBuffer.of(20)                          the last 20 steps
 *     SnapshotBuffer.of(20).every(50)                the last 20 multiples of 50
 *     SnapshotBuffer.of(20).thinned()                20 snapshots; older ones are further apart
 *     SnapshotBuffer.of(20).within(1L &lt;&lt; 30)         as many as fit into 1 GiB, at most 20
 * </pre>
 */
public final class SnapshotBuffer implements SnapshotSource {
    private static final int LEAST = 2;

    private record Held(CaptureBuffers buffers, State state) {
    }

    private final int most;
    private final long mostBytes;
    private final long every;
    private final EvictionPolicy eviction;
    private final NavigableMap<Long, Held> held = new TreeMap<>();
    private final Deque<CaptureBuffers> free = new ArrayDeque<>();

    private SnapshotBuffer(int most, long mostBytes, long every, EvictionPolicy eviction) {
        this.most = most;
        this.mostBytes = mostBytes;
        this.every = every;
        this.eviction = eviction;
        if (most < LEAST) {
            throw new IllegalArgumentException("a snapshot buffer keeps at least " + LEAST + " states, found " + most);
        }
        if (every < 1) {
            throw new IllegalArgumentException("a snapshot buffer keeps every n-th step, n at least 1; found " + every);
        }
        if (mostBytes < 1) {
            throw new IllegalArgumentException("a snapshot buffer needs memory, found " + mostBytes + " bytes");
        }
    }

    /** An empty buffer for the last {@code most} states. */
    public static SnapshotBuffer of(int most) {
        return new SnapshotBuffer(most, Long.MAX_VALUE, 1, EvictionPolicy.OLDEST);
    }

    /** An empty buffer like this one, for multiples of {@code steps}. */
    public SnapshotBuffer every(long steps) {
        return new SnapshotBuffer(most, mostBytes, steps, eviction);
    }

    /** An empty buffer like this one, with at most {@code bytes} of memory. */
    public SnapshotBuffer within(long bytes) {
        return new SnapshotBuffer(most, bytes, every, eviction);
    }

    /** An empty buffer like this one, in which older snapshots are further apart; the first one stays. */
    public SnapshotBuffer thinned() {
        return new SnapshotBuffer(most, mostBytes, every, EvictionPolicy.LOGARITHMIC);
    }

    /**
     * Keeps the current state of {@code trainer}, if this buffer keeps its step.
     *
     * @throws IllegalStateException if the memory is too small for a single snapshot
     */
    public void remember(Trainer trainer) {
        if (keeps(trainer.position().step())) {
            keep(trainer);
        }
    }

    /** Whether this buffer keeps the state at {@code step}. */
    boolean keeps(long step) {
        return step % every == 0;
    }

    /** Forgets everything, and keeps the current state of {@code trainer}, whatever its step. */
    void begin(Trainer trainer) {
        forget();
        keep(trainer);
    }

    private void keep(Trainer trainer) {
        long step = trainer.position().step();
        if (held.containsKey(step)) {
            return;
        }
        if (!held.isEmpty() && held.size() >= capacity()) {
            SortedSet<Long> all = new TreeSet<>(held.keySet());
            all.add(step);
            long evicted = all.size() > LEAST ? eviction.evict(all) : all.first();
            if (evicted == step) {
                return;
            }
            free.add(held.remove(evicted).buffers());
        }
        CaptureBuffers buffers = free.isEmpty() ? new CaptureBuffers() : free.remove();
        try {
            held.put(step, new Held(buffers, buffers.capture(trainer)));
        } catch (OutOfMemoryError e) {
            throw new IllegalStateException("there is no memory outside the Java heap for snapshot " + (held.size() + 1)
                    + " of a buffer of " + most + ": keep fewer snapshots or set a limit (within), or give Java more memory"
                    + " (-XX:MaxDirectMemorySize=8g)", e);
        }
        if (buffers.bytes() > mostBytes) {
            held.clear();
            throw new IllegalStateException("a snapshot of this training takes " + buffers.bytes() + " bytes, and the snapshot buffer has "
                    + mostBytes + ": give it more memory, or use no buffer");
        }
    }

    /** The number of snapshots that fit; there must be at least one. */
    private long capacity() {
        return Math.max(1, Math.min(most, mostBytes / held.firstEntry().getValue().buffers().bytes()));
    }

    /** Forgets every snapshot after {@code step}. */
    private void forgetAfter(long step) {
        NavigableMap<Long, Held> later = held.tailMap(step, false);
        later.values().forEach(h -> free.add(h.buffers()));
        later.clear();
    }

    /** Forgets everything. */
    public void forget() {
        forgetAfter(-1);
    }

    /** All its memory: in use, and free for reuse. */
    public long bytes() {
        return held.values().stream().mapToLong(h -> h.buffers().bytes()).sum() + free.stream().mapToLong(CaptureBuffers::bytes).sum();
    }

    @Override
    public SortedSet<Long> steps() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(held.keySet()));
    }

    @Override
    public void restore(long step, Trainer trainer) {
        held.get(step).state().into(trainer);
    }

    @Override
    public String name() {
        return "memory";
    }
}
