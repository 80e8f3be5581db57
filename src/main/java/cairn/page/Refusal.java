package cairn.page;

/** A request that is not answered as it was asked. The message says what was asked, what was expected and found, and what to do. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;

    Refusal(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The status of the answer, from 400. */
    int status() {
        return status;
    }

    static Refusal notThere(String message) {
        return new Refusal(404, message);
    }

    static Refusal wrong(String message) {
        return new Refusal(400, message);
    }
}
