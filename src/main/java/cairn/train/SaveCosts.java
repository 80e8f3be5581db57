package cairn.train;

/**
 * What saving has cost so far.
 *
 * @param saves how many
 * @param heldSeconds for how long training was held: copying the state, and waiting for room where saves came too fast
 * @param writeSeconds for how long the background thread was at work: digest, writing, forcing, deleting
 * @param trainSeconds how long training has taken in all
 */
public record SaveCosts(long saves, double heldSeconds, double writeSeconds, double trainSeconds) {

    static final SaveCosts NONE = new SaveCosts(0, 0, 0, 0);

    SaveCosts plus(double held, double written) {
        return new SaveCosts(saves + 1, heldSeconds + held, writeSeconds + written, trainSeconds);
    }

    SaveCosts after(double seconds) {
        return new SaveCosts(saves, heldSeconds, writeSeconds, seconds);
    }

    /** The mean cost of a save as if nothing of it overlapped with training, which is the most that it can have been. */
    public double secondsPerSave() {
        return saves == 0 ? 0 : (heldSeconds + writeSeconds) / saves;
    }

    /** The share of the time for which training was held. */
    public double overhead() {
        return trainSeconds == 0 ? 0 : heldSeconds / trainSeconds;
    }
}
