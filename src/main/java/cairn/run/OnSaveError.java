package cairn.run;

/** What to do when a checkpoint cannot be saved. */
public enum OnSaveError {
    /** Stop with the error at the next step. This is the default. */
    STOP,
    /** Report the error and go on without this checkpoint. */
    CONTINUE
}
