package cairn.chart;

import java.util.OptionalInt;

/**
 * A vertical line through a figure, with a word at its upper end.
 *
 * @param look the number of the series whose colour it has; grey if it belongs to none
 */
public record Mark(double x, String text, OptionalInt look) {
    public Mark {
        if (!Double.isFinite(x)) {
            throw new IllegalArgumentException("a mark needs a finite number, found " + x);
        }
    }
}
