package cairn.optim.schedule;

/**
 * The first steps of {@code then} at less than its rate: its factor at the same step times min(1, (step + 1) / over). Step 0 is
 * not at 0, for an update at rate 0 would be a wasted one.
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
