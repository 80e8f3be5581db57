package cairn.optim.schedule;

import cairn.optim.Require;
import java.util.List;

/**
 * One schedule after the other; each counts steps from its own beginning. The last one goes on after its length.
 *
 * <pre>
 * constant 1 for 2, then polynomial over 4 for 4     step    0  1  2     3    4     5  6
 *                                                    rate    1  1  1  0.75  0.5  0.25  0
 * </pre>
 */
public record Joined(List<Part> parts) implements LrSchedule {

    /** A schedule and the training time for which it applies. */
    public record Part(LrSchedule schedule, TrainingTime length) {
        public Part {
            length.requirePositive("length");
        }
    }

    public Joined {
        parts = List.copyOf(parts);
        Require.notEmpty("parts", parts);
    }

    public static Joined of(Part... parts) {
        return new Joined(List.of(parts));
    }

    @Override
    public double factor(long step, long stepsPerEpoch) {
        long within = step;
        for (Part part : parts.subList(0, parts.size() - 1)) {
            long length = part.length().atLeastOneStep(stepsPerEpoch);
            if (within < length) {
                return part.schedule().factor(within, stepsPerEpoch);
            }
            within -= length;
        }
        return parts.get(parts.size() - 1).schedule().factor(within, stepsPerEpoch);
    }
}
