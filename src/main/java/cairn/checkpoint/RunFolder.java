package cairn.checkpoint;

import cairn.disk.AtomicWrite;
import cairn.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder of one run: its checkpoints and, beside them, small texts that are replaced whole or not at all.
 * While it is open for writing, no other process can write into it.
 */
public final class RunFolder implements Closeable {
    private static final int MOST_TEXT_BYTES = 64 << 20;

    private final Path path;
    private final DirectoryStore store;
    private final Disk disk;

    private RunFolder(Path path, DirectoryStore store) {
        this.path = path;
        this.disk = store.disk();
        this.store = store;
    }

    /**
     * A new run's folder, open for writing. What is {@linkplain UnfinishedRun unfinished} in it is deleted.
     *
     * @throws FileAlreadyExistsException if anything else stands in it; that is never overwritten
     */
    public static RunFolder create(Path path, Disk disk) throws IOException {
        requireEmpty(path, disk);
        RunFolder folder = new RunFolder(path, DirectoryStore.writing(path, disk));
        try {
            Optional<UnfinishedRun> unfinished = UnfinishedRun.in(path, disk);
            if (unfinished.isPresent()) {
                unfinished.get().clear(folder.disk);
            }
            requireEmpty(path, disk);
        } catch (IOException e) {
            folder.close();
            throw e;
        }
        return folder;
    }

    /** An existing run's folder, open for writing. */
    public static RunFolder resume(Path path, Disk disk) throws IOException {
        requireThere(path, disk);
        return new RunFolder(path, DirectoryStore.writing(path, disk));
    }

    /** An existing run's folder, open for reading. */
    public static RunFolder read(Path path, Disk disk) throws IOException {
        requireThere(path, disk);
        return new RunFolder(path, DirectoryStore.reading(path, disk));
    }

    public Path path() {
        return path;
    }

    /** The path of a file in this folder that is not written here, such as the journal. */
    public Path file(String name) {
        if (!name.matches("[a-z0-9][a-z0-9._-]*")) {
            throw new IllegalArgumentException("'" + name + "' is no file name here: expected a-z 0-9 . _ -");
        }
        return path.resolve(name);
    }

    /** The disk that it is on. If this is open for writing, it refuses every change if another folder has taken the place of this one. */
    public Disk disk() {
        return disk;
    }

    /** The checkpoints; closed with this folder. */
    public DirectoryStore store() {
        return store;
    }

    /** Replaces the text under {@code name}: after any crash the old one stands there, or the new one. */
    public void writeText(String name, String text) throws IOException {
        store.requireWriting();
        ByteBuffer utf8 = StandardCharsets.UTF_8.encode(text);
        AtomicWrite.replace(disk, file(name), output -> output.write(utf8));
    }

    /** The text under {@code name}, if there is one. */
    public Optional<String> readText(String name) throws IOException {
        Path file = file(name);
        if (!disk.exists(file)) {
            // Where a rename cannot replace, a writer that died may have left the old text under this name.
            file = path.resolve(AtomicWrite.REPLACED + name);
        }
        if (!disk.exists(file)) {
            return Optional.empty();
        }
        try (Disk.Input input = disk.open(file)) {
            long size = input.size();
            if (size > MOST_TEXT_BYTES) {
                throw new FileSystemException(file.toString(), null, "it has " + size + " bytes; a text here has at most " + MOST_TEXT_BYTES);
            }
            ByteBuffer utf8 = ByteBuffer.allocate((int) size);
            input.read(utf8, 0);
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(utf8.flip()).toString());
        } catch (java.nio.charset.CharacterCodingException e) {
            FileSystemException damaged = new FileSystemException(file.toString(), null, "it is no UTF-8 text; it is damaged, or another"
                    + " program's");
            damaged.initCause(e);
            throw damaged;
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            // The operating system's own, such as "Input/output error", does not say where.
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Marks this new folder as {@linkplain UnfinishedRun unfinished} until {@link #finish}.
     *
     * @param what what is being made here
     * @param step the only checkpoint that is stored before {@link #finish}
     * @param texts the names of the files that are written before {@link #finish}; the last one, with which it is a run, comes last
     */
    public void begin(String what, long step, List<String> texts) throws IOException {
        writeText(UnfinishedRun.MARK, UnfinishedRun.mark(what, step, texts));
    }

    /** Everything stands here: the mark goes, if there is one. */
    public void finish() throws IOException {
        store.requireWriting();
        if (disk.exists(file(UnfinishedRun.MARK))) {
            disk.delete(file(UnfinishedRun.MARK));
            disk.forceFolder(path);
        }
    }

    /**
     * Makes {@code step} the newest checkpoint here: every later one moves into a folder beside this one, with the name of this
     * one, {@code why} and a number, such as {@code iris.before-rollback-1}. If it was interrupted, call it again.
     *
     * @param step the step of a checkpoint here
     * @param texts what else is to stand there, by name
     * @param copies files of this folder of which a copy is to stand there, if they are here; the last one is the last to be written
     * @return empty if nothing here is later than {@code step}
     */
    public Optional<SplitOffRun> splitOff(long step, String why, Map<String, String> texts, List<String> copies) throws IOException {
        store.requireWriting();
        return SplitOffRun.of(this, disk, step, why, texts, copies);
    }

    /**
     * Files here that are of no use any more. While another process is writing, its unfinished files look the same.
     *
     * @param texts the names that {@link #writeText} is used with here
     */
    public List<Leftover> leftovers(Set<String> texts) throws IOException {
        return Leftover.in(path, disk, texts);
    }

    /** Deletes the leftovers, and returns them, with those that were deleted when this was opened. */
    public List<Leftover> deleteLeftovers(Set<String> texts) throws IOException {
        store.requireWriting();
        List<Leftover> leftovers = leftovers(texts);
        for (Leftover leftover : leftovers) {
            disk.delete(file(leftover.fileName()));
        }
        disk.forceFolder(path);
        return Stream.concat(store.deletedAtOpening().stream(), leftovers.stream()).toList();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }

    private static void requireThere(Path path, Disk disk) throws IOException {
        if (!disk.exists(path)) {
            throw new NoSuchFileException(path.toString(), null, "there is no such run");
        }
    }

    /**
     * Refuses a folder in which no new run can be made; nothing is changed.
     *
     * @throws FileAlreadyExistsException if anything stands in it that is not {@linkplain UnfinishedRun unfinished}
     */
    public static void requireEmpty(Path path, Disk disk) throws IOException {
        List<String> names = namesIn(path, disk);
        if (!names.isEmpty() && UnfinishedRun.in(path, disk).isEmpty()) {
            throw new FileAlreadyExistsException(path.toString(), null, "a new run needs a folder of its own, and this one holds "
                    + names.size() + " files, such as " + names.get(0) + ". Resume it, or use another name.");
        }
    }

    /** What stands in a folder, if there is such a folder, beside the lock and what an interrupted beginning leaves. */
    static List<String> namesIn(Path path, Disk disk) throws IOException {
        return !disk.exists(path) ? List.of() : disk.list(path).stream()
                .filter(n -> !n.equals(DirectoryStore.LOCK) && !n.startsWith(AtomicWrite.PENDING)).sorted().toList();
    }
}
