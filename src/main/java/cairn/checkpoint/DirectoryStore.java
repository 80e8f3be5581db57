package cairn.checkpoint;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.CheckpointScan;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.format.LentCheckpoint;
import cairn.checkpoint.retention.Keeping;
import cairn.checkpoint.retention.RetentionPlan;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.disk.AtomicWrite;
import cairn.disk.Disk;
import cairn.disk.GuardedDisk;
import cairn.disk.IrregularFileException;
import cairn.state.StateDigest;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A store in one folder: {@code step-000000001200.safetensors} for each checkpoint, an empty {@code step-000000001200.pinned}
 * beside one that is pinned. What exists is what the folder lists; there is no index that could be wrong. Files with other
 * names are not touched.
 */
public final class DirectoryStore implements CheckpointStore {
    static final String LOCK = "lock";

    private final Path folder;
    private final Disk disk;
    private final Optional<Disk.Lock> lock;
    private final boolean forcesFolder;
    private final CheckpointFiles files;
    private final KnownCheckpoints known;
    private final List<Leftover> deletedAtOpening;
    private final Map<Long, String> recorded = new ConcurrentHashMap<>();
    private boolean isClosed;

    private DirectoryStore(Path folder, Disk disk, Optional<Disk.Lock> lock, boolean forcesFolder, List<Leftover> deletedAtOpening) {
        this.folder = folder;
        this.disk = disk;
        this.lock = lock;
        this.forcesFolder = forcesFolder;
        this.deletedAtOpening = deletedAtOpening;
        this.files = new CheckpointFiles(folder, disk);
        this.known = new KnownCheckpoints(files);
    }

    /** Opens a folder to read it; another process may be writing into it. */
    public static DirectoryStore reading(Path folder, Disk disk) throws IOException {
        if (!disk.exists(folder)) {
            throw new NoSuchFileException(folder.toString(), null, "there is no such folder of checkpoints");
        }
        return new DirectoryStore(folder, disk, Optional.empty(), false, List.of());
    }

    /**
     * Opens a folder to write into, and makes it if need be. What interrupted commits have left is deleted, nothing else.
     *
     * @throws cairn.disk.FolderInUseException if another process, or another part of this one, writes into it
     */
    public static DirectoryStore writing(Path folder, Disk given) throws IOException {
        given.createFolders(folder);
        Disk.Lock lock = given.lock(folder.resolve(LOCK));
        Disk disk = new GuardedDisk(given, lock);
        try {
            AtomicWrite.recover(disk, folder, disk.list(folder));
            List<Leftover> pending = Leftover.deletePending(folder, disk);
            return new DirectoryStore(folder, disk, Optional.of(lock), disk.forceFolder(folder), pending);
        } catch (IOException | RuntimeException failure) {
            try {
                lock.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
    }

    /**
     * Whether a returned commit is known to survive a power failure. False on platforms that cannot force a folder: there a
     * failure of the whole machine may undo the last renames, though it cannot damage a checkpoint.
     */
    public boolean forcesFolder() {
        return forcesFolder;
    }

    /** The disk for this folder. It refuses every change if another folder has taken the place of this one. */
    Disk disk() {
        return disk;
    }

    /** The bytes that may still be written here; the largest number if the file system does not tell. */
    public long usableBytes() throws IOException {
        return disk.usableBytes(folder);
    }

    /** Binds commits to the digests of states that were recorded before: another state at one of these steps is refused. */
    public void bind(Map<Long, String> digests) {
        recorded.putAll(digests);
    }

    /**
     * Tells to which run this folder belongs. From then on a checkpoint that says that another run made it is listed as one that cannot be
     * used, is no reason to delete another, and is never deleted. One that does not say who made it is accepted.
     *
     * @param identity as the fact {@link CheckpointInfo#RUN} names it; empty if it is not known
     */
    public void expectRun(Optional<String> identity) {
        files.expectRun(identity);
        known.forgetAll();
    }

    @Override
    public synchronized CheckpointInfo commit(Checkpoint checkpoint) throws IOException {
        requireWriting();
        if (known.isStored(checkpoint, folder.toString())) {
            return known.info(checkpoint.step());
        }
        String expected = recorded.get(checkpoint.step());
        if (expected != null && !StateDigest.isOf(expected, checkpoint.state())) {
            throw NotDeterministicException.recorded(folder.toString(), checkpoint.step(), expected, checkpoint.state().digest());
        }
        return write(checkpoint);
    }

    @Override
    public synchronized CheckpointInfo replace(Checkpoint checkpoint) throws IOException {
        requireWriting();
        return write(checkpoint);
    }

    private CheckpointInfo write(Checkpoint checkpoint) throws IOException {
        return write(checkpoint.step(), CheckpointFile.bytes(checkpoint), output -> CheckpointFile.write(output, checkpoint));
    }

    /** Writes a file, and returns its header. */
    private interface Content {
        Header to(Disk.NewFile output) throws IOException;
    }

    private synchronized CheckpointInfo write(long step, long bytes, Content content) throws IOException {
        Path file = files.file(step);
        boolean isPinned = files.isPinned(step);
        files.requireSpace(step, bytes);
        known.begin(step);
        AtomicReference<Header> header = new AtomicReference<>();
        AtomicWrite.Content remembered = output -> header.set(content.to(output));
        try {
            AtomicWrite.replace(disk, file, bytes, remembered);
        } catch (IrregularFileException e) {
            // A folder or a link has the name. It may be the user's, so it is not replaced.
            files.moveAway(step);
            AtomicWrite.replace(disk, file, bytes, remembered);
        }
        CheckpointInfo info = CheckpointInfo.of(header.get(), bytes).pinned(isPinned);
        known.written(info);
        return info;
    }

    @Override
    public SortedSet<Long> steps() throws IOException {
        return files.steps();
    }

    @Override
    public String place(long step) {
        return files.file(step).toString();
    }

    @Override
    public Listing listing() throws IOException {
        if (lock.isPresent()) {
            return known.listing();
        }
        List<CheckpointFiles.Look> looks = files.looks();
        return new Listing(looks.stream().flatMap(look -> look.info().stream()).toList(),
                looks.stream().flatMap(look -> look.problem().stream()).toList());
    }

    @Override
    public Header header(long step) throws IOException {
        return files.header(step);
    }

    @Override
    public Checkpoint read(long step) throws IOException {
        return files.read(step, false);
    }

    @Override
    public LentCheckpoint lend(long step) throws IOException {
        return files.lend(step);
    }

    @Override
    public Checkpoint verify(long step) throws IOException {
        return files.read(step, true);
    }

    @Override
    public Header check(long step) throws IOException {
        return files.check(step, true);
    }

    /** Copies one checkpoint, as it is, into another store; if the same state is stored there, nothing changes. */
    void copy(long step, DirectoryStore other) throws IOException {
        other.requireWriting();
        Header header = check(step);
        if (!other.known.isStored(header, other.folder.toString())) {
            other.write(step, header.fileBytes(), output -> CheckpointScan.copied(disk, files.existing(step), output));
        }
    }

    /** One whose commit failed counts as not sound until it has been committed again: it is no ground for deleting others. */
    @Override
    public boolean isSound(long step, Consumer<DamagedCheckpointException> damaged) throws IOException {
        return lock.isPresent() ? known.isSound(step, damaged) : CheckpointStore.super.isSound(step, damaged);
    }

    @Override
    public synchronized void delete(long step) throws IOException {
        requireWriting();
        if (files.isPinned(step)) {
            known.pinnedByHand(step);
            throw CheckpointFiles.pinned(step);
        }
        known.requireNotForeign(step);
        known.forget(step);
        disk.delete(files.file(step));
        disk.forceFolder(folder);
        known.gone(step);
    }

    /** A policy that was applied before is only asked what it keeps no more because of what was saved since. */
    @Override
    public synchronized List<CheckpointInfo> prune(RetentionPolicy policy, Consumer<DamagedCheckpointException> damaged)
            throws IOException {
        requireWriting();
        Optional<Keeping> keeping = known.takeKeeping(policy);
        if (keeping.isPresent() && !keeping.get().outgrown().isEmpty()) {
            for (CheckpointInfo pillar : keeping.get().pillars()) {
                keeping = isSound(pillar.step(), damaged) ? keeping : Optional.empty();
            }
        }
        List<CheckpointInfo> dropped;
        if (keeping.isPresent()) {
            dropped = keeping.get().outgrown();
        } else {
            RetentionPlan plan = plan(policy, damaged);
            keeping = Keeping.of(policy, plan.kept().stream().map(RetentionPlan.Choice::checkpoint).toList());
            dropped = plan.droppedCheckpoints();
        }
        List<CheckpointInfo> deleted = new ArrayList<>();
        for (CheckpointInfo c : dropped) {
            if (files.isPinned(c.step())) {
                // By hand, because this writer would know it.
                known.pinnedByHand(c.step());
                keeping = Optional.empty();
            } else {
                delete(c.step());
                deleted.add(c);
            }
        }
        keeping.ifPresent(Keeping::forgetOutgrown);
        known.keep(keeping);
        return deleted;
    }

    @Override
    public synchronized void pin(long step, boolean isPinned) throws IOException {
        requireWriting();
        files.requireListed(step);
        known.forget(step);
        if (isPinned) {
            AtomicWrite.replace(disk, files.mark(step), output -> { });
        } else {
            disk.delete(files.mark(step));
            disk.forceFolder(folder);
        }
    }

    /** The steps that are pinned. */
    SortedSet<Long> pins() throws IOException {
        return files.pins();
    }

    /** Moves what stands at a step, readable or not, and its mark, into a store in which nothing stands there. */
    synchronized void move(long step, DirectoryStore other) throws IOException {
        requireWriting();
        other.requireWriting();
        // The mark first: a checkpoint is never without it where it might be deleted.
        rename(files.mark(step), other.files.mark(step), other.disk);
        known.forget(step);
        rename(files.file(step), other.files.file(step), other.disk);
        known.gone(step);
    }

    /** Renames a file, if it is there. It is not asked before: a disk that cannot say whether it is there may still rename it. */
    private static void rename(Path from, Path to, Disk disk) throws IOException {
        try {
            disk.rename(from, to);
        } catch (NoSuchFileException gone) {
            // A caller that moves several files lists the folder again at its end.
        }
    }

    /** What interrupted commits had left here, and was deleted when this was opened for writing. */
    List<Leftover> deletedAtOpening() {
        return deletedAtOpening;
    }

    @Override
    public synchronized void close() throws IOException {
        if (!isClosed && lock.isPresent()) {
            lock.get().close();
        }
        isClosed = true;
    }

    void requireWriting() {
        if (lock.isEmpty() || isClosed) {
            throw new IllegalStateException(folder + (isClosed ? " has been closed" : " was opened for reading")
                    + "; open it for writing first");
        }
    }
}
