package cairn.data;

import java.util.List;

/**
 * Batches that are spoilt on purpose, to see what a training does about them: in the batches of the given steps every normalized
 * feature is multiplied by {@code factor}. A negative one makes a good classifier confidently wrong; a positive one may leave it right.
 * What is spoilt is a pure function of the step, so it happens again whenever that step is made.
 * A factor beyond 3.4e38 makes features infinite, and the loss with them.
 *
 * @param steps updates finished before the spoilt ones
 */
public record CorruptedBatches(List<Long> steps, double factor) {

    public CorruptedBatches {
        steps = List.copyOf(steps);
        for (long step : steps) {
            if (step < 0) {
                throw new IllegalArgumentException("steps: expected 0 or more, found " + step);
            }
        }
        if (Double.isNaN(factor)) {
            throw new IllegalArgumentException("factor: expected a number, found NaN; 1e39 makes features infinite");
        }
    }

    /** Spoils the batch of one step. */
    public static CorruptedBatches at(long step, double factor) {
        return new CorruptedBatches(List.of(step), factor);
    }

    public static CorruptedBatches none() {
        return new CorruptedBatches(List.of(), -1000);
    }

    /** Whether the batch of that step is spoilt. */
    boolean spoils(long step) {
        return steps.contains(step);
    }

    /** Spoils the first {@code count} features, if {@code step} is one of the steps. */
    void apply(long step, float[] features, int count) {
        if (spoils(step)) {
            for (int i = 0; i < count; i++) {
                features[i] = (float) (features[i] * factor);
            }
        }
    }
}
