package cairn.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Every operation that Cairn asks of the disk on which its runs are, so that a test can make each of them fail. The real one is
 * {@link RealDisk}; nothing else touches a file of a run.
 */
public interface Disk {

    /** A file being written, at its end. */
    interface Output extends Closeable {
        /** Appends everything that remains in {@code bytes}. */
        void write(ByteBuffer bytes) throws IOException;

        /**
         * Returns when the file's content is on the medium. If it fails, what was written since the last time is perhaps not
         * there, and asking again proves nothing.
         */
        void force() throws IOException;
    }

    /** A file that was created to be written from its beginning to its end. Only its head may be written last. */
    interface NewFile extends Output {
        /** Leaves room for a head of this many bytes; before anything is written. */
        void reserve(int bytes) throws IOException;

        /** Writes the head: exactly as many bytes as room was left for. */
        void writeHead(ByteBuffer bytes) throws IOException;
    }

    /**
     * A file to which is appended. Each of its operations is refused if its path leads to another file now, or to none, because rows in
     * a file without a name are lost.
     */
    interface Appended extends Output {
        /** Cuts the file to its first {@code size} bytes; what is written next stands after them. */
        void truncate(long size) throws IOException;
    }

    /** A file being read. */
    interface Input extends Closeable {
        long size() throws IOException;

        /** Fills {@code target} from byte {@code offset} on; less only where the file ends. Returns how many bytes. */
        int read(ByteBuffer target, long offset) throws IOException;
    }

    /**
     * Creates a file that does not exist.
     *
     * @param bytes how large it will be, as far as that is known; it decides only how the bytes travel
     */
    NewFile create(Path file, long bytes) throws IOException;

    /** Creates a file that does not exist, of a size that is not known. */
    default NewFile create(Path file) throws IOException {
        return create(file, 0);
    }

    /**
     * Opens a file to write on at its end, and creates it if it is not there.
     *
     * @throws IrregularFileException if something else than a plain file stands there; a symbolic link is not followed
     */
    Appended append(Path file) throws IOException;

    /**
     * Opens a file to read it.
     *
     * @throws IrregularFileException if something else stands there, such as a folder, or a pipe that would be waited for
     */
    Input open(Path file) throws IOException;

    /**
     * Gives a file another name in one indivisible step, replacing the one that had it.
     *
     * @throws java.nio.file.FileAlreadyExistsException if this file system cannot replace in one step; then nothing has changed
     * @throws IrregularFileException if something else than a plain file has it, such as a symbolic link
     */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file, or an empty folder, if it is there. */
    void delete(Path file) throws IOException;

    /**
     * Whether anything stands at {@code file}, also a link to nothing.
     *
     * @throws IOException if the disk does not say: then something may stand there
     */
    boolean exists(Path file) throws IOException;

    /** The names of the files in a folder, in no order. */
    List<String> list(Path folder) throws IOException;

    /** Where a folder is: if it is a symbolic link, the folder to which that leads; absolute. */
    default Path real(Path folder) throws IOException {
        return folder.toAbsolutePath().normalize();
    }

    /** Creates a folder and those above it, and forces their names. */
    void createFolders(Path folder) throws IOException;

    /**
     * Returns when the names in a folder are on the medium.
     *
     * @return false if this file system has no such operation (Windows, some network and user-space ones): it decides itself when a
     *     rename is durable
     */
    boolean forceFolder(Path folder) throws IOException;

    /** The bytes that may still be written below a folder; the largest number if its file system does not tell. */
    long usableBytes(Path folder) throws IOException;

    /** The lock of a folder. It ends when it is closed, and when the process ends, however it ends. */
    interface Lock extends Closeable {
        /**
         * Returns if what stands at the path of the lock is the file that was locked, so that the folder is the one that was locked.
         *
         * @throws FolderLostException if it is not: nothing at this path may be touched any more
         */
        void requireHeld() throws IOException;
    }

    /**
     * Takes the lock of a folder and writes process and host into {@code file}, if there is space for that. The operating system
     * releases it when the process ends, so that a dead holder never stands in the way.
     *
     * @throws FolderInUseException if another process, or another part of this one, has it
     * @throws java.nio.file.FileSystemException if the file is not one that was written here; it is left as it is
     */
    Lock lock(Path file) throws IOException;
}
