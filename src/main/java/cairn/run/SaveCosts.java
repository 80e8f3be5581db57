package cairn.run;

/**
 * What saving has cost so far.
 *
 * @param saves how many
 * @param heldSeconds for how long saves held training: copying the state, and waiting for room where they came too fast
 * @param waitedSeconds for how long training waited for the first and the last of them to be written
 * @param writeSeconds for how long the background thread was at work: digest, writing, forcing, deleting
 * @param trainSeconds how long training has taken in all
 */
public record SaveCosts(long saves, double heldSeconds, double waitedSeconds, double writeSeconds, double trainSeconds) {

    static final SaveCosts NONE = new SaveCosts(0, 0, 0, 0, 0);

    SaveCosts plus(double held, double written) {
        return new SaveCosts(saves + 1, heldSeconds + held, waitedSeconds, writeSeconds + written, trainSeconds);
    }

    SaveCosts after(double seconds) {
        return new SaveCosts(saves, heldSeconds, waitedSeconds, writeSeconds, seconds);
    }

    /** With a wait for all of it to be written. */
    SaveCosts waited(double seconds) {
        return new SaveCosts(saves, heldSeconds, waitedSeconds + seconds, writeSeconds, trainSeconds);
    }

    /** The mean cost of a save as if nothing of it overlapped with training, which is the most that it can have been. */
    public double secondsPerSave() {
        return saves == 0 ? 0 : (heldSeconds + writeSeconds) / saves;
    }

    /** For how long training stood still because of saves. */
    public double stillSeconds() {
        return heldSeconds + waitedSeconds;
    }

    /** The share of the time for which training stood still. */
    public double overhead() {
        return trainSeconds == 0 ? 0 : stillSeconds() / trainSeconds;
    }
}
