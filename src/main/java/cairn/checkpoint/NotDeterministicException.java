package cairn.checkpoint;

/** One step was reached twice, with two different states. */
public final class NotDeterministicException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    NotDeterministicException(String where, long step, String stored, String now) {
        super("step " + step + " of " + where + " is stored with another state: this computation is not deterministic"
                + "\n  stored  " + stored
                + "\n  now     " + now
                + "\nNothing was written. Compare the two states. If the change is wanted, delete the stored one or use another folder.");
    }
}
