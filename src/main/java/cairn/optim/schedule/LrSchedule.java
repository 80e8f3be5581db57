package cairn.optim.schedule;

/**
 * The learning rate's factor as a pure function of the step. It has no memory, so a resumed run gets the same rate at every
 * step as an unbroken one.
 */
public interface LrSchedule {

    /**
     * What the optimizer's base rate is multiplied by at the step after {@code step} finished updates.
     *
     * @param stepsPerEpoch turns spans in epochs into steps
     */
    double factor(long step, long stepsPerEpoch);
}
