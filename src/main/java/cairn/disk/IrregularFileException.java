package cairn.disk;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Where a file is expected stands something else: a folder, a pipe (reading it would wait for ever), a device, or a symbolic link. */
public final class IrregularFileException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    IrregularFileException(Path file, String kind) {
        super(file.toString(), null, "it is " + kind + ", and a plain file is expected here. It was left as it is: move it away");
    }
}
