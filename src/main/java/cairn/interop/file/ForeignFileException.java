package cairn.interop.file;

import cairn.words.Printable;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** A file of another program is damaged, is hostile, or holds what cannot be read here. Nothing of it was used. */
public final class ForeignFileException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param file its name
     * @param where the place in it: an offset, an entry, a tensor
     * @param problem what was expected, and what was found
     * @param advice what the user can do; may be empty
     */
    public ForeignFileException(String file, String where, String problem, String advice) {
        super("cannot read " + Printable.line(file + ": " + (where.isEmpty() ? "" : where + ": ") + problem) + "\nNothing of it was used."
                + (advice.isEmpty() ? "" : " " + advice));
    }

    public ForeignFileException(String file, String where, String problem) {
        this(file, where, problem, "");
    }

    private ForeignFileException(String message) {
        super(message);
    }

    /**
     * Everything that cannot be read, each thing with its place.
     *
     * @param what they are parts of, and what is wrong with them
     */
    public static ForeignFileException listing(String file, String what, List<String> problems) {
        return new ForeignFileException("cannot read " + Printable.line(file + ": " + what) + problems.stream().map(p -> "\n  "
                + Printable.line(p)).collect(Collectors.joining()) + "\nNothing of it was used.");
    }

    /** A fault that a library or a check of this program found while reading. */
    public static ForeignFileException because(String file, String where, Throwable reason) {
        String message = reason.getMessage() == null ? reason.getClass().getSimpleName() : reason.getMessage();
        ForeignFileException e = new ForeignFileException(file, where, message);
        e.initCause(reason);
        return e;
    }
}
