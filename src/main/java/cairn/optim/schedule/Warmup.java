package cairn.optim.schedule;

/**
 * The first steps of {@code then} with a smaller rate: its factor at the same step times min(1, (step + 1) / over). The rate of step 0 is
 * not 0, because an update with rate 0 would be wasted.
 *
 * <pre>
 * over 4, then constant 1               step     0    1     2  3    4
 *                                       rate  0.25  0.5  0.75  1    1
 * over 4, then polynomial over 8        rate  0.25  0.4375  0.5625  0.625  0.5
 * </pre>
 */
public record Warmup(TrainingTime over, LrSchedule then) implements LrSchedule {
    public Warmup {
        over.requirePositive("over");
    }

    @Override
    public double factor(long step, long stepsPerEpoch) {
        long length = over.atLeastOneStep(stepsPerEpoch);
        double rise = step >= length ? 1 : (step + 1.0) / length;
        return rise * then.factor(step, stepsPerEpoch);
    }
}
