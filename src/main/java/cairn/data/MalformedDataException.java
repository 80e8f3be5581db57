package cairn.data;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file of data is not what it should be. The message says which file, where in it, what was expected and found, and what to
 * do.
 */
public final class MalformedDataException extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient Path file;
    private final String where;

    public MalformedDataException(Path file, String where, String problem, String remedy) {
        super("cannot read " + file + ": " + where + ": " + problem + "\n  " + remedy);
        this.file = file;
        this.where = where;
    }

    public MalformedDataException(Path file, long offsetBytes, String problem, String remedy) {
        this(file, "byte " + offsetBytes, problem, remedy);
    }

    public Path file() {
        return file;
    }

    /** The place in the file: {@code byte 16}, or {@code line 3, column "ash"}. */
    public String where() {
        return where;
    }
}
