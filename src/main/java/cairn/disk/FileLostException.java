package cairn.disk;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A file to which a process appends was deleted, or another one took its place: what is appended to it would be lost. */
public final class FileLostException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    public FileLostException(Path file) {
        super(file.toString(), null, "it was moved, deleted or replaced while this process was appending to it. Nothing was appended to what"
                + " is there now, and what was saved before is safe. Move it back, if that is possible, before the next session; leave it alone"
                + " while a process writes into this folder");
    }
}
