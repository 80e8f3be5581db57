package cairn.chart;

import java.util.OptionalDouble;

/**
 * One axis of a chart.
 *
 * @param label what is measured, with its unit
 * @param isLogarithmic whether equal distances are equal ratios; then everything on it must be above 0
 * @param from where it begins, if the data do not decide
 * @param to where it ends, if the data do not decide
 */
public record Axis(String label, boolean isLogarithmic, OptionalDouble from, OptionalDouble to) {
    public Axis {
        if (isLogarithmic && (from.orElse(1) <= 0 || to.orElse(1) <= 0)) {
            throw new IllegalArgumentException("the logarithmic axis '" + label + "' has no place for 0 and below");
        }
        if (from.isPresent() && to.isPresent() && !(from.getAsDouble() < to.getAsDouble())) {
            throw new IllegalArgumentException("the axis '" + label + "' must end above its beginning, found " + from.getAsDouble()
                    + " to " + to.getAsDouble());
        }
    }

    public static Axis linear(String label) {
        return new Axis(label, false, OptionalDouble.empty(), OptionalDouble.empty());
    }

    public static Axis logarithmic(String label) {
        return new Axis(label, true, OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** With {@code low} as its beginning. */
    public Axis startingAt(double low) {
        return new Axis(label, isLogarithmic, OptionalDouble.of(low), to);
    }

    /** As {@link #check}, on an axis where the figure says what is 0. */
    void checkOrZero(String owner, double value) {
        if (value != 0) {
            check(owner, value);
        }
    }

    void check(String owner, double value) {
        if (isLogarithmic && value <= 0) {
            throw new IllegalArgumentException("the logarithmic axis '" + label + "' has no place for " + value + " of " + owner
                    + "; leave it out or use a linear axis");
        }
    }
}
