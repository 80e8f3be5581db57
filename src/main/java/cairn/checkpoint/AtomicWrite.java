package cairn.checkpoint;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * The commit protocol (docs/FORMAT.md has the reason of each step): write under a pending name, force, rename, force the folder.
 * Before the rename the new file does not exist for any reader, after it the old one does not.
 */
final class AtomicWrite {
    static final String PENDING = "pending-";

    interface Content {
        void to(Disk.Output output) throws IOException;
    }

    private AtomicWrite() {
    }

    static void replace(Disk disk, Path target, Content content) throws IOException {
        Path pending = target.resolveSibling(PENDING + target.getFileName());
        disk.delete(pending);
        try {
            try (Disk.Output output = disk.create(pending)) {
                content.to(output);
                output.force();
            }
            disk.rename(pending, target);
        } catch (IOException | RuntimeException failure) {
            try {
                disk.delete(pending);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
            if (failure.getClass() == IOException.class) {
                // The operating system's own, such as "No space left on device", which does not say where.
                FileSystemException named = new FileSystemException(target.toString(), null, "it cannot be written: "
                        + failure.getMessage() + ". What was committed before is safe.");
                named.initCause(failure);
                throw named;
            }
            throw failure;
        }
        disk.forceFolder(target.getParent());
    }
}
