package cairn.checkpoint;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointException;
import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.CheckpointScan;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.ForeignCheckpointException;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.format.HeaderText;
import cairn.checkpoint.format.InfoReader;
import cairn.checkpoint.format.LentCheckpoint;
import cairn.checkpoint.format.StepNames;
import cairn.disk.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Stream;

/** The files of the checkpoints in a folder, as they are read. */
final class CheckpointFiles {
    /** From this many on, files are read by several threads; fewer are not worth them. */
    private static final int MANY = 64;

    private final Path folder;
    private final Disk disk;
    private final InfoReader infos;
    /** The identity of the run to which the folder belongs, if that is known. */
    private volatile Optional<String> run = Optional.empty();

    CheckpointFiles(Path folder, Disk disk) {
        this.folder = folder;
        this.disk = disk;
        this.infos = new InfoReader(disk);
    }

    /** From now on a checkpoint that says that another run made it cannot be used. */
    void expectRun(Optional<String> identity) {
        run = identity;
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
        if (!exists(step)) {
            throw none(step);
        }
        return file(step);
    }

    /** Refuses a step that has no file. It may be one that cannot be read. */
    void requireListed(long step) throws IOException {
        if (!steps().contains(step)) {
            throw none(step);
        }
    }

    private NoSuchFileException none(long step) throws IOException {
        return new NoSuchFileException(file(step).toString(), null, "no checkpoint of step " + step + "; stored are " + steps());
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
        requireOwn(step, header.facts());
        return header;
    }

    /** One checkpoint with every checksum verified, and the digest of the state too if {@code isDigestCompared}. */
    Checkpoint read(long step, boolean isDigestCompared) throws IOException {
        Checkpoint checkpoint = CheckpointFile.read(disk, existing(step), isDigestCompared);
        requireStep(step, checkpoint.step());
        requireOwn(step, checkpoint.facts());
        return checkpoint;
    }

    /** As {@link #read}, lent. */
    LentCheckpoint lend(long step) throws IOException {
        LentCheckpoint lent = CheckpointFile.lent(disk, existing(step));
        boolean isOwn = false;
        try {
            requireStep(step, lent.checkpoint().step());
            requireOwn(step, lent.checkpoint().facts());
            isOwn = true;
            return lent;
        } finally {
            if (!isOwn) {
                lent.close();
            }
        }
    }

    /** The checkpoint under the name of a step, with the digest of its state verified; empty if it is one of another step or another run. */
    Optional<Header> checkOwn(long step) throws IOException {
        Header there = CheckpointScan.verified(disk, file(step), true);
        try {
            requireOwn(step, there.facts());
        } catch (ForeignCheckpointException e) {
            return Optional.empty();
        }
        return there.step() == step ? Optional.of(there) : Optional.empty();
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
    void requireSpace(long step, long bytes) throws IOException {
        long usable = disk.usableBytes(folder);
        if (usable < bytes) {
            throw new FileSystemException(file(step).toString(), null, "not enough space: it takes " + bytes
                    + " bytes, the disk has " + usable + ". Everything committed before is safe.");
        }
    }

    /**
     * What the header of a step says, and whether it is pinned.
     *
     * @throws CheckpointException if it cannot be used
     */
    CheckpointInfo info(long step, boolean isPinned) throws IOException {
        CheckpointInfo info = infos.read(file(step));
        requireStep(step, info.step());
        requireOwn(step, info.facts());
        return info.pinned(isPinned);
    }

    /** What was found where a checkpoint should be; neither, if it is gone. */
    record Look(long step, Optional<CheckpointInfo> info, Optional<CheckpointException> problem) {
        private boolean isGone() {
            return info.isEmpty() && problem.isEmpty();
        }
    }

    /**
     * Every checkpoint in the folder, from its header alone, in the order of steps. A writer deletes the newest only when there is a newer
     * one. So if the newest is gone when it is read, the list of names is out of date, and the folder is listed again.
     */
    List<Look> looks() throws IOException {
        for (int tries = 1; ; tries++) {
            List<Look> looks = looksOnce();
            if (looks.isEmpty() || !looks.get(looks.size() - 1).isGone() || tries == cairn.checkpoint.Look.MOST) {
                return looks;
            }
        }
    }

    private List<Look> looksOnce() throws IOException {
        List<String> names = disk.list(folder);
        Set<Long> pins = StepNames.pins(names);
        List<Long> steps = List.copyOf(StepNames.checkpoints(names));
        try {
            Stream<Long> all = steps.size() < MANY ? steps.stream() : steps.parallelStream();
            return all.map(step -> unchecked(step, pins.contains(step))).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Look unchecked(long step, boolean isPinned) {
        try {
            return look(step, isPinned);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Look look(long step, boolean isPinned) throws IOException {
        try {
            return new Look(step, Optional.of(info(step, isPinned)), Optional.empty());
        } catch (CheckpointException e) {
            return new Look(step, Optional.empty(), Optional.of(e));
        } catch (NoSuchFileException gone) {
            return new Look(step, Optional.empty(), Optional.empty());
        }
    }

    /**
     * Whether there is a file of this step, and its name is on this disk now.
     *
     * @throws DamagedCheckpointException if the disk does not say
     */
    boolean exists(long step) throws IOException {
        return CheckpointFile.exists(disk, file(step));
    }

    /** Whether a mark pins this step. */
    boolean isPinned(long step) throws IOException {
        return disk.exists(mark(step));
    }

    static IllegalStateException pinned(long step) {
        return new IllegalStateException("step " + step + " is pinned and was not deleted; take the pin away first");
    }

    private void requireStep(long step, long found) throws DamagedCheckpointException {
        if (step != found) {
            throw new DamagedCheckpointException(file(step).toString(), HeaderText.STEP_KEY, 8,
                    "it holds step " + found + ": the file has been renamed");
        }
    }

    /** Refuses a step whose file another run has made; what cannot be read is no one's. */
    void requireNotForeign(long step) throws IOException {
        try {
            if (run.isPresent()) {
                info(step, false);
            }
        } catch (ForeignCheckpointException e) {
            throw e;
        } catch (CheckpointException | NoSuchFileException nobodys) {
            // It may be deleted, if that is what the user wants.
        }
    }

    /** Refuses a checkpoint with these facts if another run made it; one that does not say who made it is accepted. */
    private void requireOwn(long step, Map<String, String> facts) throws ForeignCheckpointException {
        String made = facts.get(CheckpointInfo.RUN);
        if (made != null && run.isPresent() && !made.equals(run.get())) {
            throw new ForeignCheckpointException(file(step).toString(), made, run.get());
        }
    }
}
