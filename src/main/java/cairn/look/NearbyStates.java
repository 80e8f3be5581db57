package cairn.look;

import cairn.replay.SnapshotSource;
import cairn.state.CaptureBuffers;
import cairn.state.State;
import cairn.train.Trainer;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * States of the steps around the one that is looked at, in memory outside the Java heap, so that a small move of a slider restores no file
 * and makes few updates. If there are too many, the one that is farthest from the newest look is forgotten. The state that the trainer has
 * now is one of them and costs nothing.
 */
final class NearbyStates implements SnapshotSource {
    private static final int MOST = 64;
    private static final long BYTES = 256L << 20;

    private record Held(CaptureBuffers buffers, State state) {
    }

    private final Trainer trainer;
    private final TreeMap<Long, Held> held = new TreeMap<>();
    private final Deque<CaptureBuffers> free = new ArrayDeque<>();
    private int capacity = MOST;
    private boolean isHere;

    NearbyStates(Trainer trainer) {
        this.trainer = trainer;
    }

    /** The trainer has reached a step of the run, and stays there until the next look. */
    void arrived() {
        isHere = true;
        remember();
    }

    /** Keeps the state that the trainer has now. */
    void remember() {
        long step = trainer.position().step();
        if (capacity == 0 || held.containsKey(step)) {
            return;
        }
        if (held.size() >= capacity) {
            long farthest = held.keySet().stream().max(Comparator.comparingLong(s -> Math.abs(s - step))).orElseThrow();
            free.add(held.remove(farthest).buffers());
        }
        CaptureBuffers buffers = free.isEmpty() ? new CaptureBuffers() : free.remove();
        State state = buffers.capture(trainer);
        capacity = (int) Math.min(MOST, BYTES / Math.max(1, buffers.bytes()));
        if (capacity > 0) {
            held.put(step, new Held(buffers, state));
        }
    }

    @Override
    public SortedSet<Long> steps() {
        SortedSet<Long> steps = new TreeSet<>(held.keySet());
        if (isHere) {
            steps.add(trainer.position().step());
        }
        return steps;
    }

    @Override
    public void restore(long step, Trainer same) {
        if (!isHere || same.position().step() != step) {
            held.get(step).state().into(same);
        }
    }

    @Override
    public String name() {
        return "memory";
    }
}
