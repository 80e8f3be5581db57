package cairn.checkpoint;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.format.StepNames;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A store that lives as long as the process: for experiments and tests. */
public final class InMemoryStore implements CheckpointStore {
    private final NavigableMap<Long, Checkpoint> stored = new TreeMap<>();
    private final NavigableMap<Long, CheckpointInfo> infos = new TreeMap<>();
    private final Set<Long> pins = new HashSet<>();

    @Override
    public synchronized CheckpointInfo commit(Checkpoint checkpoint) {
        long step = checkpoint.step();
        Checkpoint there = stored.get(step);
        if (there == null) {
            return replace(checkpoint);
        } else if (!there.state().equals(checkpoint.state())) {
            throw new NotDeterministicException("this store", step, there.state().digest(), checkpoint.state().digest());
        }
        return info(step);
    }

    @Override
    public synchronized CheckpointInfo replace(Checkpoint checkpoint) {
        long step = checkpoint.step();
        stored.put(step, new Checkpoint(step, checkpoint.state().copy(), checkpoint.facts(), checkpoint.metrics()));
        Header header = Header.of(checkpoint);
        infos.put(step, CheckpointInfo.of(header, header.fileBytes()));
        return info(step);
    }

    @Override
    public synchronized SortedSet<Long> steps() {
        return new TreeSet<>(stored.keySet());
    }

    @Override
    public String place(long step) {
        return StepNames.checkpoint(step);
    }

    @Override
    public synchronized Listing listing() {
        return new Listing(stored.keySet().stream().map(this::info).toList(), List.of());
    }

    @Override
    public synchronized Header header(long step) throws NoSuchFileException {
        return Header.of(read(step));
    }

    @Override
    public synchronized Checkpoint read(long step) throws NoSuchFileException {
        Checkpoint there = stored.get(step);
        if (there == null) {
            throw new NoSuchFileException(StepNames.checkpoint(step), null, "no checkpoint of step " + step);
        }
        return there;
    }

    @Override
    public Checkpoint verify(long step) throws NoSuchFileException {
        return read(step);
    }

    @Override
    public Header check(long step) throws NoSuchFileException {
        return header(step);
    }

    @Override
    public synchronized void delete(long step) {
        if (pins.contains(step)) {
            throw CheckpointFiles.pinned(step);
        }
        stored.remove(step);
        infos.remove(step);
    }

    @Override
    public synchronized void pin(long step, boolean isPinned) throws NoSuchFileException {
        read(step);
        if (isPinned) {
            pins.add(step);
        } else {
            pins.remove(step);
        }
    }

    @Override
    public void close() {
        // Nothing is held but memory.
    }

    private CheckpointInfo info(long step) {
        return infos.get(step).pinned(pins.contains(step));
    }
}
