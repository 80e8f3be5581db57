package cairn.optim.schedule;

/**
 * The factor of the learning rate as a pure function of the step. It has no memory, so a resumed run has the same rates as an unbroken one.
 */
public interface LrSchedule {

    /**
     * The factor of the optimizer's base rate at the step after {@code step} finished updates.
     *
     * @param stepsPerEpoch turns a training time in epochs into steps
     */
    double factor(long step, long stepsPerEpoch);
}
