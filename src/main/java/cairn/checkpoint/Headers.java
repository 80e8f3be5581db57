package cairn.checkpoint;

import cairn.disk.Disk;
import cairn.checkpoint.format.CheckpointException;
import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.HeaderText;
import cairn.checkpoint.format.StepNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The headers of the checkpoints in a folder, those of a writer read once: nobody else changes its files. */
final class Headers {
    /** So many files are read at the same time; fewer are not worth the threads. */
    private static final int MANY = 64;

    private final Path folder;
    private final Disk disk;
    private final boolean remembers;
    private final Map<Long, CheckpointInfo> known = new ConcurrentHashMap<>();

    Headers(Path folder, Disk disk, boolean remembers) {
        this.folder = folder;
        this.disk = disk;
        this.remembers = remembers;
    }

    void put(CheckpointInfo info) {
        known.put(info.step(), info);
    }

    void forget(long step) {
        known.remove(step);
    }

    CheckpointInfo info(long step, Set<Long> pins) throws IOException {
        CheckpointInfo info = known.get(step);
        if (info == null) {
            info = CheckpointFile.readInfo(disk, file(step));
            requireStep(step, info.step());
            if (remembers) {
                known.putIfAbsent(step, info);
            }
        }
        return info.pinned(pins.contains(step));
    }

    /** What the files of these names hold. */
    CheckpointStore.Listing listing(List<String> names) throws IOException {
        Set<Long> pins = StepNames.pins(names);
        List<Long> steps = List.copyOf(StepNames.checkpoints(names));
        List<CheckpointInfo> infos = new ArrayList<>();
        List<CheckpointException> unreadable = new ArrayList<>();
        try {
            Stream<Long> all = steps.size() < MANY ? steps.stream() : steps.parallelStream();
            for (Look look : all.map(step -> look(step, pins)).toList()) {
                look.info.ifPresent(infos::add);
                look.problem.ifPresent(unreadable::add);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return new CheckpointStore.Listing(infos, unreadable);
    }

    void requireStep(long step, long found) throws DamagedCheckpointException {
        if (step != found) {
            throw new DamagedCheckpointException(file(step).toString(), HeaderText.STEP_KEY, 8,
                    "it holds step " + found + ": the file has been renamed");
        }
    }

    private Path file(long step) {
        return folder.resolve(StepNames.checkpoint(step));
    }

    private record Look(Optional<CheckpointInfo> info, Optional<CheckpointException> problem) {
    }

    private Look look(long step, Set<Long> pins) {
        try {
            return new Look(Optional.of(info(step, pins)), Optional.empty());
        } catch (CheckpointException e) {
            return new Look(Optional.empty(), Optional.of(e));
        } catch (NoSuchFileException deletedSinceTheFolderWasListed) {
            return new Look(Optional.empty(), Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
