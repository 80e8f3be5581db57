package cairn.optim.schedule;

import cairn.optim.Require;

/**
 * A staircase: factor^⌊step / every⌋.
 *
 * <pre>
 * every 10, factor 0.5     step    0    9   10   19    20    30
 *                          rate    1    1  0.5  0.5  0.25  0.125
 * </pre>
 */
public record StepDecay(TrainingTime every, double factor) implements LrSchedule {
    public StepDecay {
        every.requirePositive("every");
        Require.positive("factor", factor);
    }

    public static StepDecay of(TrainingTime every) {
        return new StepDecay(every, 0.1);
    }

    @Override
    public double factor(long step, long stepsPerEpoch) {
        return StrictMath.pow(factor, step / every.atLeastOneStep(stepsPerEpoch));
    }
}
