package cairn.optim.schedule;

import cairn.optim.Require;

/**
 * Up to the base rate and then down to almost 0, both along half a cosine (Smith and Topin 2018, "Super-convergence", with
 * PyTorch's two phases). The base rate is the peak; it begins at 1 / divFactor and ends, and stays, at
 * 1 / (divFactor · finalDivFactor).
 *
 * <pre>
 * over 20, warmup-fraction 0.55, div-factor 10, final-div-factor 100     step    0     5   10      19     25
 *                                                                        rate  0.1  0.55    1   0.001  0.001
 * </pre>
 *
 * @param warmupFraction the part of {@code over} that goes up: the peak is at step warmupFraction·over - 1
 */
public record OneCycle(TrainingTime over, double warmupFraction, double divFactor, double finalDivFactor) implements LrSchedule {
    public OneCycle {
        over.requirePositive("over");
        Require.that(warmupFraction >= 0 && warmupFraction < 1, "warmup-fraction", "from 0 to below 1", warmupFraction);
        Require.that(divFactor >= 1 && divFactor < Double.POSITIVE_INFINITY, "div-factor", "1 or more", divFactor);
        Require.that(finalDivFactor >= 1 && finalDivFactor < Double.POSITIVE_INFINITY, "final-div-factor", "1 or more",
                finalDivFactor);
    }

    public static OneCycle of(TrainingTime over) {
        return new OneCycle(over, 0.3, 25, 1e4);
    }

    @Override
    public double factor(long step, long stepsPerEpoch) {
        long length = over.atLeastOneStep(stepsPerEpoch);
        double first = 1 / divFactor;
        double last = first / finalDivFactor;
        double peak = Math.max(0, warmupFraction * length - 1);
        if (step < peak) {
            return Cosine.between(first, 1, step / peak);
        }
        return step >= length - 1 ? last : Cosine.between(1, last, (step - peak) / (length - 1 - peak));
    }
}
