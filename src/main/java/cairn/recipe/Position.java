package cairn.recipe;

/**
 * Where a training is. Everything follows from the number of finished updates.
 *
 * @param step finished updates
 * @param stepsPerEpoch updates of an epoch
 */
public record Position(long step, int stepsPerEpoch) {

    /** The epoch of the next step; the first epoch is 0. */
    public long epoch() {
        return step / stepsPerEpoch;
    }

    /** Finished updates of this epoch. */
    public int stepInEpoch() {
        return (int) (step % stepsPerEpoch);
    }

    /** Finished epochs, with the finished fraction of the current one. */
    public double epochs() {
        return (double) step / stepsPerEpoch;
    }
}
