package cairn.optim.schedule;

import cairn.optim.Require;

/**
 * Half a cosine from 1 down to {@code to}: to + (1 - to)·(1 + cos(π·step / over)) / 2. With more than one period the rate
 * jumps back to 1 after each, and each period is {@code multiply} times as long as the one before: warm restarts (Loshchilov and Hutter
 * 2017, "SGDR"). After the last period it stays at {@code to}.
 *
 * <pre>
 * over 10, to 0                             step    0         5        10   15      20        30
 *   periods 1                               rate    1       0.5         0    0       0         0
 *   periods 2, multiply 2                   rate    1       0.5         1  0.85355 0.5         0
 * </pre>
 *
 * @param over the length of the first period
 * @param periods the number of periods, from 1 to 1000
 */
public record Cosine(TrainingTime over, double to, int periods, double multiply) implements LrSchedule {
    public Cosine {
        over.requirePositive("over");
        Require.zeroOrMore("to", to);
        Require.that(periods >= 1 && periods <= 1000, "periods", "from 1 to 1000", periods);
        Require.that(multiply >= 1 && multiply <= 1000, "multiply", "from 1 to 1000", multiply);
    }

    public static Cosine of(TrainingTime over) {
        return new Cosine(over, 0, 1, 1);
    }

    @Override
    public double factor(long step, long stepsPerEpoch) {
        double exact = over.atLeastOneStep(stepsPerEpoch);
        long within = step;
        for (int period = 0; period < periods; period++) {
            long length = Math.round(exact);
            if (within < length) {
                return between(1, to, (double) within / length);
            }
            within -= length;
            exact *= multiply;
        }
        return to;
    }

    /** Half a cosine from {@code from} at fraction 0 to {@code to} at fraction 1. */
    static double between(double from, double to, double fraction) {
        return to + (from - to) * (1 + StrictMath.cos(StrictMath.PI * fraction)) / 2;
    }
}
