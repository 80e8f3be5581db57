package cairn.machine;

/** Nothing can compute here as the user wants it, or as it is set up; the message says what can, or what to change. */
public final class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BackendException(String message) {
        super(message);
    }
}
