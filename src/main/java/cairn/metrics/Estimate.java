package cairn.metrics;

import java.util.Locale;

/**
 * A number measured on a sample, and how far it can be trusted.
 *
 * @param value the measured value; NaN if the computation gave NaN
 * @param interval its 95 % interval, {@link Interval#UNKNOWN} if there is none
 * @param isShare whether it is a fraction of one, and therefore printed in percent
 */
public record Estimate(double value, Interval interval, boolean isShare) {

    /** {@code successes / trials} with {@link Interval#wilson Wilson's interval}; 0 in [0, 1] without trials. */
    public static Estimate proportion(long successes, long trials) {
        return new Estimate(trials == 0 ? 0 : (double) successes / trials, Interval.wilson(successes, trials), true);
    }

    /** A fraction of one, such as an F1, with the interval of its own method. */
    public static Estimate share(double value, Interval interval) {
        return new Estimate(value, interval, true);
    }

    /** A real quantity, such as a mean loss. */
    public static Estimate real(double value, Interval interval) {
        return new Estimate(value, interval, false);
    }

    /** {@code 98.2 % [97.9, 98.5]} or {@code 0.06121 [0.05714, 0.06528]}; without an interval if none is known. */
    @Override
    public String toString() {
        String number = isShare ? String.format(Locale.ROOT, "%.2f %%", 100 * value) : String.format(Locale.ROOT, "%.4g", value);
        return interval.isKnown() ? number + " " + (isShare ? interval.percent() : interval.toString()) : number;
    }
}
