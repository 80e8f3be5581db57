package cairn.machine;

/** What is asked to compute cannot, and the message says what can. */
public final class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BackendException(String message) {
        super(message);
    }
}
