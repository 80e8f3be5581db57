package cairn.data;

import cairn.words.Printable;
import java.io.IOException;
import java.nio.file.Path;

/** A file of data cannot be read. The message names the file and the place in it, what was expected and found, and what to do. */
public final class MalformedDataException extends IOException {
    private static final long serialVersionUID = 1L;

    /** {@code where} is the place in the file: {@code byte 16}, or {@code line 3, column "ash"}. */
    public MalformedDataException(Path file, String where, String problem, String remedy) {
        super("cannot read " + Printable.line(file + ": " + where + ": " + problem) + "\n  " + remedy);
    }

    public MalformedDataException(Path file, long offsetBytes, String problem, String remedy) {
        this(file, "byte " + offsetBytes, problem, remedy);
    }
}
