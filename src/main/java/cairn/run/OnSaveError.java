package cairn.run;

/** What to do when a checkpoint cannot be saved. */
public enum OnSaveError {
    /** Stop with the error, at the next step. */
    STOP,
    /** Tell it and train on, without a net; has to be asked for. */
    CONTINUE
}
