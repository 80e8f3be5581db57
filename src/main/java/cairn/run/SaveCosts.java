package cairn.run;

/**
 * The cost of all saves so far.
 *
 * @param saves the number of saves
 * @param heldSeconds the time that training waited for saves to begin: for a free buffer, and for the copy of the state
 * @param waitedSeconds the time that training waited for the first and the last save to be written
 * @param writeSeconds the time of the background thread: digest, writing, forcing, deleting
 * @param trainSeconds the time of the whole training
 */
public record SaveCosts(long saves, double heldSeconds, double waitedSeconds, double writeSeconds, double trainSeconds) {

    static final SaveCosts NONE = new SaveCosts(0, 0, 0, 0, 0);

    SaveCosts plus(double held, double written) {
        return new SaveCosts(saves + 1, heldSeconds + held, waitedSeconds, writeSeconds + written, trainSeconds);
    }

    SaveCosts after(double seconds) {
        return new SaveCosts(saves, heldSeconds, waitedSeconds, writeSeconds, seconds);
    }

    /** Adds a time that training waited for a save to be written. */
    SaveCosts waited(double seconds) {
        return new SaveCosts(saves, heldSeconds, waitedSeconds + seconds, writeSeconds, trainSeconds);
    }

    /** The mean cost of a save as if it never overlapped with training: an upper bound. */
    double secondsPerSave() {
        return saves == 0 ? 0 : (heldSeconds + writeSeconds) / saves;
    }

    /** The time that training stood still because of saves. */
    public double stillSeconds() {
        return heldSeconds + waitedSeconds;
    }

    /** The share of the training time in which training stood still. */
    public double overhead() {
        return trainSeconds == 0 ? 0 : stillSeconds() / trainSeconds;
    }
}
