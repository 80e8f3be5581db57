package cairn.optim.schedule;

import cairn.optim.Require;

/**
 * A smooth decay: decay^(step / every), with a fraction in the exponent between the multiples of {@code every}.
 *
 * <pre>
 * decay 0.25, every 10     step    0    5    10     15      20
 *                          rate    1  0.5  0.25  0.125  0.0625
 * </pre>
 */
public record Exponential(double decay, TrainingTime every) implements LrSchedule {
    public Exponential {
        Require.positive("decay", decay);
        every.requirePositive("every");
    }

    /** The factor {@code decay} per epoch. */
    public static Exponential of(double decay) {
        return new Exponential(decay, TrainingTime.epochs(1));
    }

    @Override
    public double factor(long step, long stepsPerEpoch) {
        return StrictMath.pow(decay, (double) step / every.atLeastOneStep(stepsPerEpoch));
    }
}
