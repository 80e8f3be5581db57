package cairn.disk;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;

/**
 * The commit protocol (docs/FORMAT.md has the reason of each step): write under a pending name, force, rename, force the folder.
 * Before the rename the new file does not exist for any reader, after it the old one does not.
 *
 * <p>Where a rename cannot replace a file, the old one is first renamed out of the way. A crash between the two renames leaves the
 * old one whole under that other name, and {@link #recover} gives it its own name back.
 */
public final class AtomicWrite {
    public static final String PENDING = "pending-";
    public static final String REPLACED = "cairn-replaced-";

    public interface Content {
        void to(Disk.NewFile output) throws IOException;
    }

    private AtomicWrite() {
    }

    /** Under what name {@code target} is written; what stands there is deleted by {@link #replace}. */
    public static Path pending(Path target) {
        return target.resolveSibling(PENDING + target.getFileName());
    }

    /** Writes a file of a size that is not known before. */
    public static void replace(Disk disk, Path target, Content content) throws IOException {
        replace(disk, target, 0, content);
    }

    /**
     * Writes a file, or replaces it.
     *
     * @param bytes its size, as for {@link Disk#create(Path, long)}
     */
    public static void replace(Disk disk, Path target, long bytes, Content content) throws IOException {
        Path pending = pending(target);
        Path replaced = target.resolveSibling(REPLACED + target.getFileName());
        disk.delete(pending);
        boolean isMoved;
        try {
            try (Disk.NewFile output = disk.create(pending, bytes)) {
                content.to(output);
                output.force();
            }
            isMoved = rename(disk, pending, target, replaced);
        } catch (IOException | RuntimeException failure) {
            andThen(failure, () -> disk.delete(pending));
            if (failure.getClass() == IOException.class) {
                // The operating system's own, such as "No space left on device", which does not say where.
                FileSystemException named = new FileSystemException(target.toString(), null, "it cannot be written: "
                        + failure.getMessage() + ". What was committed before is safe. If the disk is full, free some of it or use a folder on"
                        + " another.");
                named.initCause(failure);
                throw named;
            }
            throw failure;
        }
        disk.forceFolder(target.getParent());
        if (isMoved) {
            disk.delete(replaced);
        }
    }

    /** Undoes the first half of a replacement that was interrupted between its two renames, or finishes the second half. */
    public static void recover(Disk disk, Path folder, List<String> names) throws IOException {
        for (String name : names) {
            if (name.startsWith(REPLACED)) {
                String target = name.substring(REPLACED.length());
                if (names.contains(target)) {
                    disk.delete(folder.resolve(name));
                } else {
                    disk.rename(folder.resolve(name), folder.resolve(target));
                }
            }
        }
    }

    /** Whether the old file had to be moved out of the way. */
    private static boolean rename(Disk disk, Path pending, Path target, Path replaced) throws IOException {
        try {
            disk.rename(pending, target);
            return false;
        } catch (FileAlreadyExistsException cannotReplace) {
            disk.delete(replaced);
            disk.rename(target, replaced);
            try {
                disk.rename(pending, target);
            } catch (IOException | RuntimeException failure) {
                andThen(failure, () -> disk.rename(replaced, target));
                throw failure;
            }
            return true;
        }
    }

    private interface Repair {
        void run() throws IOException;
    }

    private static void andThen(Exception failure, Repair repair) {
        try {
            repair.run();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
