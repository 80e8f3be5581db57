package cairn.checkpoint.format;

import cairn.words.Printable;

/** A file is sound, and a checkpoint of another run than the one to which its folder belongs. */
public final class ForeignCheckpointException extends CheckpointException {
    private static final long serialVersionUID = 1L;

    /**
     * @param made the identity of the run that made it
     * @param here the identity of the run to which the folder belongs
     */
    public ForeignCheckpointException(String file, String made, String here) {
        super(file, "header", CheckpointFile.LENGTH_BYTES, Printable.line(file + " is a checkpoint of another run: the run " + made
                + " made it, and this folder belongs to the run " + here)
                + "\nIt was left as it is, and nothing of it was used. Move it to the folder of its own run, or away.");
    }
}
