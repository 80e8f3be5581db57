package cairn.checkpoint;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointException;
import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.CheckpointScan;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.format.HeaderText;
import cairn.checkpoint.format.StepNames;
import cairn.disk.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The files of the checkpoints in a folder, as they are read. A writer reads each header once, because no one else changes its files. */
final class CheckpointFiles {
    /** From this many on, files are read by several threads; fewer are not worth them. */
    private static final int MANY = 64;

    private final Path folder;
    private final Disk disk;
    private final boolean remembers;
    private final Map<Long, CheckpointInfo> known = new ConcurrentHashMap<>();
    /** Those that were written whole here, or read whole. */
    private final Set<Long> sound = ConcurrentHashMap.newKeySet();
    /** Those that were read and are damaged. */
    private final Set<Long> damaged = ConcurrentHashMap.newKeySet();
    /** Those whose commit failed, perhaps only at the folder's force: the file may be there and its name not yet on the medium. */
    private final Set<Long> inDoubt = ConcurrentHashMap.newKeySet();

    CheckpointFiles(Path folder, Disk disk, boolean remembers) {
        this.folder = folder;
        this.disk = disk;
        this.remembers = remembers;
    }

    /** The file of a step, there or not. */
    Path file(long step) {
        return folder.resolve(StepNames.checkpoint(step));
    }

    /** The file that marks a step as pinned, there or not. */
    Path mark(long step) {
        return folder.resolve(StepNames.pin(step));
    }

    /** The file of a step, which must be there. */
    Path existing(long step) throws IOException {
        if (!disk.exists(file(step))) {
            throw new NoSuchFileException(file(step).toString(), null, "no checkpoint of step " + step + "; stored are " + steps());
        }
        return file(step);
    }

    SortedSet<Long> steps() throws IOException {
        return StepNames.checkpoints(disk.list(folder));
    }

    SortedSet<Long> pins() throws IOException {
        return StepNames.pins(disk.list(folder));
    }

    Header header(long step) throws IOException {
        Header header = CheckpointFile.readHeader(disk, existing(step));
        requireStep(step, header.step());
        return header;
    }

    /** As {@link #read}, without keeping what it reads. */
    Header check(long step, boolean isDigestCompared) throws IOException {
        Header header = CheckpointScan.verified(disk, existing(step), isDigestCompared);
        requireStep(step, header.step());
        return header;
    }

    /** One checkpoint with every checksum verified, and the digest of the state too if {@code isDigestCompared}. */
    Checkpoint read(long step, boolean isDigestCompared) throws IOException {
        Checkpoint checkpoint = CheckpointFile.read(disk, existing(step), isDigestCompared);
        requireStep(step, checkpoint.step());
        return checkpoint;
    }

    /** Whether the checkpoint of a step is there, was not left in doubt, and can be read. What a writer has found out, it does not ask again. */
    boolean isSound(long step, Consumer<DamagedCheckpointException> tellDamage) throws IOException {
        if (sound.contains(step) || damaged.contains(step) || inDoubt.contains(step)) {
            return sound.contains(step) && !inDoubt.contains(step);
        }
        try {
            check(step, false);
        } catch (DamagedCheckpointException e) {
            if (remembers) {
                damaged.add(step);
            }
            tellDamage.accept(e);
            return false;
        } catch (NoSuchFileException e) {
            return false;
        }
        if (remembers) {
            sound.add(step);
        }
        return true;
    }

    /**
     * Makes room for the checkpoint of this header: returns whether its state is stored already, and soundly. A damaged file, or one in doubt,
     * counts as none, and may be replaced. A checkpoint of another step under this name is not damage: it is moved away, and nothing is lost.
     *
     * @throws NotDeterministicException if a different state is stored at that step
     */
    boolean isStored(Header header) throws IOException {
        Path file = file(header.step());
        if (!disk.exists(file)) {
            return false;
        }
        try {
            Header there = CheckpointScan.verified(disk, file, true);
            if (there.step() != header.step()) {
                moveAway(header.step());
                return false;
            }
            if (!there.digest().equals(header.digest())) {
                throw new NotDeterministicException(folder.toString(), header.step(), there.digest(), header.digest());
            }
            return !inDoubt.contains(header.step());
        } catch (DamagedCheckpointException e) {
            return false;
        }
    }

    /** Gives what stands in the place of a step's file another name, which no checkpoint has. */
    void moveAway(long step) throws IOException {
        for (int n = 1; ; n++) {
            Path away = folder.resolve("moved-away-" + n + "-" + StepNames.checkpoint(step));
            if (!disk.exists(away)) {
                disk.rename(file(step), away);
                return;
            }
        }
    }

    /** Refuses to begin a file for which the disk has no space. */
    void requireSpace(CheckpointInfo info) throws IOException {
        long usable = disk.usableBytes(folder);
        if (usable < info.bytes()) {
            throw new FileSystemException(file(info.step()).toString(), null, "not enough space: it takes " + info.bytes()
                    + " bytes, the disk has " + usable + ". Everything committed before is safe.");
        }
    }

    /** The file of a step is about to be written; until it is {@link #written} it is in doubt. */
    void begin(long step) {
        forget(step);
        inDoubt.add(step);
    }

    /** The file of a step has been written whole, and is on the medium. */
    void written(CheckpointInfo info) {
        inDoubt.remove(info.step());
        sound.add(info.step());
        known.put(info.step(), info);
    }

    /** The file of a step is about to go. */
    void forget(long step) {
        known.remove(step);
        sound.remove(step);
        damaged.remove(step);
    }

    /** What the header of a step says, and whether it is pinned. */
    CheckpointInfo info(long step) throws IOException {
        return info(step, pins());
    }

    /** Everything in the folder, from the headers alone. */
    CheckpointStore.Listing listing() throws IOException {
        List<String> names = disk.list(folder);
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

    private CheckpointInfo info(long step, Set<Long> pins) throws IOException {
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

    static IllegalStateException isPinned(long step) {
        return new IllegalStateException("step " + step + " is pinned and was not deleted; take the pin away first");
    }

    private void requireStep(long step, long found) throws DamagedCheckpointException {
        if (step != found) {
            throw new DamagedCheckpointException(file(step).toString(), HeaderText.STEP_KEY, 8,
                    "it holds step " + found + ": the file has been renamed");
        }
    }
}
