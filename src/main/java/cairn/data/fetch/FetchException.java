package cairn.data.fetch;

import cairn.words.Printable;
import java.io.IOException;

/**
 * A data set could not be fetched. The message says what, from where, why, and what to do; no incomplete file has its final
 * name.
 */
public final class FetchException extends IOException {
    private static final long serialVersionUID = 1L;

    FetchException(String what, String problem, String remedy) {
        super("cannot fetch " + Printable.line(what + ": " + problem) + "\n  " + remedy);
    }
}
