package cairn.optim.schedule;

import cairn.optim.Require;

/**
 * Reduces the learning rate when a metric has stopped improving, as PyTorch's ReduceLROnPlateau with its relative threshold:
 * after more than {@code patience} evaluations in a row without a better metric the rate is multiplied by {@code factor}, and
 * then {@code cooldown} evaluations pass without being counted.
 *
 * <p>It is not an {@link LrSchedule}, because it depends on past metrics: what it remembers is state, a {@link PlateauMemory}. Its factor
 * multiplies that of the schedule.
 *
 * @param factor below 1
 * @param patience how many evaluations in a row may bring no better metric
 * @param threshold the part of the best metric's magnitude by which a better metric must differ. (PyTorch multiplies the best by
 *     1 ∓ threshold, so that for a metric below 0 a worse one counts as better.)
 * @param minFactor the smallest factor
 */
public record Plateau(double factor, int patience, int cooldown, double threshold, double minFactor, Mode mode) {

    /** Which metrics are better. */
    public enum Mode {
        /** Smaller ones, as of a loss. */
        MIN,
        /** Larger ones, as of an accuracy. */
        MAX
    }

    public Plateau {
        Require.that(factor > 0 && factor < 1, "factor", "between 0 and 1", factor);
        Require.that(patience >= 0, "patience", "0 or more", patience);
        Require.that(cooldown >= 0, "cooldown", "0 or more", cooldown);
        Require.that(threshold >= 0 && threshold < 1, "threshold", "from 0 to below 1", threshold);
        Require.that(minFactor >= 0 && minFactor <= 1, "min-factor", "from 0 to 1", minFactor);
    }

    public static Plateau of(Mode mode) {
        return new Plateau(0.1, 10, 0, 1e-4, 0, mode);
    }

    /** The memory before the first evaluation. */
    public PlateauMemory memory() {
        return new PlateauMemory(this);
    }

    /** A value that every metric improves on. */
    double worst() {
        return mode == Mode.MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }

    /** Whether {@code metric} improves on {@code best} by more than the threshold; NaN never does. */
    boolean better(double metric, double best) {
        if (best == worst()) {
            return mode == Mode.MIN ? metric < best : metric > best;
        }
        double margin = threshold * Math.abs(best);
        return mode == Mode.MIN ? metric < best - margin : metric > best + margin;
    }
}
