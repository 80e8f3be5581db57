package cairn.machine;

/** The wanted backend cannot be used; the message says which can. */
public final class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BackendException(String message) {
        super(message);
    }
}
