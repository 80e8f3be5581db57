package cairn.data.source;

import java.io.IOException;

/** A file of data is in none of the folders. The message lists the places that were searched, and how to get it. */
public final class MissingDataException extends IOException {
    private static final long serialVersionUID = 1L;

    public MissingDataException(String message) {
        super(message);
    }
}
