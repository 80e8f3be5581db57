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
 * The states of a training at some of its steps, kept in memory off the heap that is used again and again: remembering costs what
 * copying the bytes costs. For one training at a time.
 *
 * <pre>
 *     Ring.of(20)                          the last 20 states
 *     Ring.of(20).every(50)                the last 20 at multiples of 50
 *     Ring.of(20).thinned()                20, the fewer the older they are
 *     Ring.of(20).within(1L &lt;&lt; 30)         as many as fit into 1 GiB, at most 20
 * </pre>
 */
public final class SnapshotBuffer implements SnapshotSource {
    private static final int LEAST = 2;

    private record Held(CaptureBuffers buffers, State state) {
    }

    private final int most;
    private final long mostBytes;
    private final long every;
    private final EvictionPolicy thinning;
    private final NavigableMap<Long, Held> held = new TreeMap<>();
    private final Deque<CaptureBuffers> free = new ArrayDeque<>();

    private SnapshotBuffer(int most, long mostBytes, long every, EvictionPolicy thinning) {
        this.most = most;
        this.mostBytes = mostBytes;
        this.every = every;
        this.thinning = thinning;
        if (most < LEAST) {
            throw new IllegalArgumentException("a ring keeps at least " + LEAST + " states, found " + most);
        }
        if (every < 1) {
            throw new IllegalArgumentException("a ring keeps the state of every so many steps, at least 1; found " + every);
        }
        if (mostBytes < 1) {
            throw new IllegalArgumentException("a ring needs room, found " + mostBytes + " bytes");
        }
    }

    /** The last {@code most} states. */
    public static SnapshotBuffer of(int most) {
        return new SnapshotBuffer(most, Long.MAX_VALUE, 1, EvictionPolicy.OLDEST);
    }

    /** An empty ring like this one, of multiples of {@code steps}. */
    public SnapshotBuffer every(long steps) {
        return new SnapshotBuffer(most, mostBytes, steps, thinning);
    }

    /** An empty ring like this one, of at most {@code bytes}. */
    public SnapshotBuffer within(long bytes) {
        return new SnapshotBuffer(most, bytes, every, thinning);
    }

    /** An empty ring like this one, in which states are the fewer, the older they are; the first stays. */
    public SnapshotBuffer thinned() {
        return new SnapshotBuffer(most, mostBytes, every, EvictionPolicy.LOGARITHMIC);
    }

    /**
     * Keeps the state that {@code trainer} has now, if its step is one of those to keep and is not there yet.
     *
     * @throws IllegalStateException if there is no room for a single state
     */
    public void remember(Trainer trainer) {
        if (trainer.position().step() % every == 0) {
            keep(trainer);
        }
    }

    /** Forgets everything, and begins with the state that {@code trainer} has now, whatever its step. */
    public void begin(Trainer trainer) {
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
            long going = all.size() > LEAST ? thinning.goes(all) : all.first();
            if (going == step) {
                return;
            }
            free.add(held.remove(going).buffers());
        }
        CaptureBuffers buffers = free.isEmpty() ? new CaptureBuffers() : free.remove();
        try {
            held.put(step, new Held(buffers, buffers.capture(trainer)));
        } catch (OutOfMemoryError e) {
            throw new IllegalStateException("there is no memory off the heap for state " + (held.size() + 1) + " of a ring of " + most
                    + ": give the ring fewer states or a budget (within), or Java more memory (-XX:MaxDirectMemorySize=8g)", e);
        }
        if (buffers.bytes() > mostBytes) {
            held.clear();
            throw new IllegalStateException("a state of this training takes " + buffers.bytes() + " bytes, and the ring has "
                    + mostBytes + ": give it more, or none");
        }
    }

    /** How many states there is room for, once one is known. */
    private long capacity() {
        return Math.max(1, Math.min(most, mostBytes / held.firstEntry().getValue().buffers().bytes()));
    }

    /** Forgets every state after {@code step}: for a training that goes on in another way from there. */
    public void forgetAfter(long step) {
        NavigableMap<Long, Held> later = held.tailMap(step, false);
        later.values().forEach(h -> free.add(h.buffers()));
        later.clear();
    }

    /** Forgets everything: for a training that was given another past. */
    public void forget() {
        forgetAfter(-1);
    }

    /** The memory in use, and ready to be used again. */
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
