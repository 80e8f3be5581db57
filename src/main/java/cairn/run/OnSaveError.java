package cairn.run;

/** What to do when a checkpoint cannot be saved, or the journal cannot be written. */
public enum OnSaveError {
    /** Stop with the error at the next step. If only the journal cannot be written, the state is saved first. This is the default. */
    STOP,
    /** Report the error and go on without this checkpoint, or without these rows. */
    CONTINUE
}
