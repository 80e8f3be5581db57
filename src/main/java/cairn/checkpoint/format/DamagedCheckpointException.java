package cairn.checkpoint.format;

/** A file is not what was written: bits changed, bytes missing or added, or another program's file. */
public final class DamagedCheckpointException extends CheckpointException {
    private static final long serialVersionUID = 1L;

    public DamagedCheckpointException(String file, String where, long offset, String found) {
        super(file, where, offset, "damaged checkpoint " + file + ": " + where + " at byte " + offset + ": " + found
                + "\nNothing of it was used. Take an earlier checkpoint, or copy this one again from where it came.");
    }
}
