package cairn.recipe;

/**
 * Where a training is, derived from the one clock.
 *
 * @param step finished updates
 * @param stepsPerEpoch updates in an epoch
 */
public record Position(long step, int stepsPerEpoch) {

    /** The epoch that the next step belongs to, from 0. */
    public long epoch() {
        return step / stepsPerEpoch;
    }

    /** Finished updates of that epoch. */
    public int stepInEpoch() {
        return (int) (step % stepsPerEpoch);
    }

    /** Finished epochs, with the part of the running one. */
    public double epochs() {
        return (double) step / stepsPerEpoch;
    }
}
