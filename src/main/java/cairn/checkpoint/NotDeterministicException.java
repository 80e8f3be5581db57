package cairn.checkpoint;

/** One step was reached twice, with two different states. */
public final class NotDeterministicException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    NotDeterministicException(String where, long step, String stored, String now) {
        this(step, where, "stored", stored, now, "Compare the two states. If the change is wanted, delete the stored one or use another"
                + " folder.");
    }

    private NotDeterministicException(long step, String where, String what, String before, String now, String advice) {
        super("step " + step + " of " + where + " is " + what + " with another state: this computation is not deterministic"
                + "\n  " + what + " ".repeat(10 - what.length()) + before
                + "\n  now       " + now
                + "\nNothing was written. " + advice);
    }

    /** For a step that is not stored any more, but whose digest was recorded. */
    static NotDeterministicException recorded(String where, long step, String recorded, String now) {
        return new NotDeterministicException(step, where, "recorded", recorded, now, "The steps before it were made again in the recorded"
                + " environment, so a part of this machine or of this program may be faulty. If the record is wrong, move the journal away.");
    }
}
