package cairn.optim.schedule;

import cairn.optim.Require;

/**
 * From 1 down to {@code to}: to + (1 - to)·(1 - step / over)^power, then at {@code to}. Power 1 is a straight line.
 *
 * <pre>
 * over 10, power 2, to 0     step    0     5     8    10   50
 *                            rate    1  0.25  0.04     0    0
 * </pre>
 */
public record Polynomial(TrainingTime over, double power, double to) implements LrSchedule {
    public Polynomial {
        over.requirePositive("over");
        Require.positive("power", power);
        Require.zeroOrMore("to", to);
    }

    public static Polynomial of(TrainingTime over) {
        return new Polynomial(over, 1, 0);
    }

    @Override
    public double factor(long step, long stepsPerEpoch) {
        long length = over.atLeastOneStep(stepsPerEpoch);
        return step >= length ? to : to + (1 - to) * StrictMath.pow(1 - (double) step / length, power);
    }
}
