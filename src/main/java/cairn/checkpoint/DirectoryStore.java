package cairn.checkpoint;

import cairn.disk.AtomicWrite;
import cairn.disk.Disk;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.format.StepNames;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A store in one folder: {@code step-000000001200.safetensors} for each checkpoint, an empty {@code step-000000001200.pinned}
 * beside one that is pinned. What exists is what the folder lists; there is no index that could be wrong. Files with other
 * names are not touched.
 */
public final class DirectoryStore implements CheckpointStore {
    static final String LOCK = "lock";

    private final Path folder;
    private final Disk disk;
    private final Optional<Closeable> lock;
    private final boolean forcesFolder;
    private final Headers headers;
    /** Those that this writer has written whole, or read whole. */
    private final Set<Long> sound = ConcurrentHashMap.newKeySet();
    /** Those whose commit failed, perhaps only at the folder's force: the file may be there and its name not yet on the medium. */
    private final Set<Long> inDoubt = ConcurrentHashMap.newKeySet();
    private final List<Leftover> deletedAtOpening;
    private boolean isClosed;

    private DirectoryStore(Path folder, Disk disk, Optional<Closeable> lock, boolean forcesFolder, List<Leftover> deletedAtOpening) {
        this.folder = folder;
        this.disk = disk;
        this.lock = lock;
        this.forcesFolder = forcesFolder;
        this.deletedAtOpening = deletedAtOpening;
        this.headers = new Headers(folder, disk, lock.isPresent());
    }

    /** Opens a folder to look at; somebody else may be writing into it. */
    public static DirectoryStore reading(Path folder, Disk disk) throws IOException {
        if (!disk.exists(folder)) {
            throw new NoSuchFileException(folder.toString(), null, "there is no such folder of checkpoints");
        }
        return new DirectoryStore(folder, disk, Optional.empty(), false, List.of());
    }

    /**
     * Opens a folder to write into, and makes it if need be. What interrupted commits have left is deleted, nothing else.
     *
     * @throws cairn.disk.FolderInUseException if somebody else writes into it
     */
    public static DirectoryStore writing(Path folder, Disk disk) throws IOException {
        disk.createFolders(folder);
        Closeable lock = disk.lock(folder.resolve(LOCK));
        try {
            AtomicWrite.recover(disk, folder, disk.list(folder));
            List<Leftover> pending = Leftover.pending(folder, disk);
            for (Leftover leftover : pending) {
                disk.delete(folder.resolve(leftover.fileName()));
            }
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

    /** The bytes that may still be written here. */
    public long usableBytes() throws IOException {
        return disk.usableBytes(folder);
    }

    @Override
    public synchronized CheckpointInfo commit(Checkpoint checkpoint) throws IOException {
        requireWriting();
        Path file = file(checkpoint.step());
        Header header = Header.of(checkpoint);
        if (isStored(file, header) && !inDoubt.contains(checkpoint.step())) {
            return headers.info(checkpoint.step(), StepNames.pins(disk.list(folder)));
        }
        return write(file, header, checkpoint);
    }

    @Override
    public synchronized CheckpointInfo replace(Checkpoint checkpoint) throws IOException {
        requireWriting();
        write(file(checkpoint.step()), Header.of(checkpoint), checkpoint);
        return headers.info(checkpoint.step(), StepNames.pins(disk.list(folder)));
    }

    private CheckpointInfo write(Path file, Header header, Checkpoint checkpoint) throws IOException {
        CheckpointInfo info = CheckpointInfo.of(header, header.fileBytes());
        requireRoom(file, info.bytes());
        forget(checkpoint.step());
        inDoubt.add(checkpoint.step());
        AtomicWrite.replace(disk, file, output -> CheckpointFile.write(output, header, checkpoint.state()));
        inDoubt.remove(checkpoint.step());
        headers.put(info);
        sound.add(checkpoint.step());
        return info;
    }

    @Override
    public SortedSet<Long> steps() throws IOException {
        return StepNames.checkpoints(disk.list(folder));
    }

    @Override
    public String place(long step) {
        return file(step).toString();
    }

    @Override
    public Listing listing() throws IOException {
        return headers.listing(disk.list(folder));
    }

    @Override
    public Header header(long step) throws IOException {
        Header header = CheckpointFile.readHeader(disk, existing(step));
        headers.requireStep(step, header.step());
        return header;
    }

    @Override
    public Checkpoint read(long step) throws IOException {
        return sameStep(step, CheckpointFile.read(disk, existing(step), false));
    }

    @Override
    public Checkpoint verify(long step) throws IOException {
        return sameStep(step, CheckpointFile.read(disk, existing(step), true));
    }

    /** One whose commit failed counts as not sound until it has been committed again: it is no ground for deleting others. */
    @Override
    public boolean isSound(long step) throws IOException {
        if (sound.contains(step) || inDoubt.contains(step)) {
            return !inDoubt.contains(step);
        }
        boolean isSound = CheckpointStore.super.isSound(step);
        if (isSound && lock.isPresent()) {
            sound.add(step);
        }
        return isSound;
    }

    @Override
    public synchronized void delete(long step) throws IOException {
        requireWriting();
        if (StepNames.pins(disk.list(folder)).contains(step)) {
            throw isPinned(step);
        }
        forget(step);
        disk.delete(file(step));
        disk.forceFolder(folder);
    }

    @Override
    public synchronized void pin(long step, boolean isPinned) throws IOException {
        requireWriting();
        existing(step);
        Path mark = folder.resolve(StepNames.pin(step));
        if (isPinned) {
            AtomicWrite.replace(disk, mark, output -> { });
        } else {
            disk.delete(mark);
            disk.forceFolder(folder);
        }
    }

    /** The steps that are pinned. */
    SortedSet<Long> pins() throws IOException {
        return StepNames.pins(disk.list(folder));
    }

    /** Moves what stands at a step, readable or not, and its mark, into a store in which nothing stands there. */
    synchronized void move(long step, DirectoryStore other) throws IOException {
        requireWriting();
        other.requireWriting();
        // The mark first: a checkpoint is never without it where it might be deleted.
        if (pins().contains(step)) {
            disk.rename(folder.resolve(StepNames.pin(step)), other.folder.resolve(StepNames.pin(step)));
        }
        if (disk.exists(file(step))) {
            forget(step);
            inDoubt.remove(step);
            disk.rename(file(step), other.file(step));
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

    /** Whether the same state is stored there already, and soundly: a damaged file is as good as none, and is replaced. */
    private boolean isStored(Path file, Header header) throws IOException {
        if (!disk.exists(file)) {
            return false;
        }
        try {
            String stored = CheckpointFile.read(disk, file, true).state().digest();
            if (!stored.equals(header.digest())) {
                throw new NotDeterministicException(folder.toString(), header.step(), stored, header.digest());
            }
            return true;
        } catch (DamagedCheckpointException e) {
            return false;
        }
    }

    private void requireRoom(Path file, long bytes) throws IOException {
        long usable = disk.usableBytes(folder);
        if (usable < bytes) {
            throw new FileSystemException(file.toString(), null, "no room: it takes " + bytes + " bytes, the disk has " + usable
                    + ". Everything committed before is safe.");
        }
    }

    private void forget(long step) {
        headers.forget(step);
        sound.remove(step);
    }

    static IllegalStateException isPinned(long step) {
        return new IllegalStateException("step " + step + " is pinned and was not deleted; take the pin away first");
    }

    private Path file(long step) {
        return folder.resolve(StepNames.checkpoint(step));
    }

    private Path existing(long step) throws IOException {
        Path file = file(step);
        if (!disk.exists(file)) {
            throw new NoSuchFileException(file.toString(), null, "no checkpoint of step " + step + "; stored are " + steps());
        }
        return file;
    }

    private Checkpoint sameStep(long step, Checkpoint checkpoint) throws DamagedCheckpointException {
        headers.requireStep(step, checkpoint.step());
        return checkpoint;
    }

    void requireWriting() {
        if (lock.isEmpty() || isClosed) {
            throw new IllegalStateException(folder + (isClosed ? " has been closed" : " was opened for reading")
                    + "; open it for writing first");
        }
    }
}
