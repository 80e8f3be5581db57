package cairn.journal;

/**
 * The numbers of a series, by rising step. Values that are no numbers are left out; NaN and the infinities are numbers.
 *
 * @param steps no step twice; the array is the receiver's own
 * @param values one for each step; the array is the receiver's own
 */
public record Numbers(long[] steps, double[] values) {
    public Numbers {
        if (steps.length != values.length) {
            throw new IllegalArgumentException("expected one value for each step, found " + steps.length + " steps, "
                    + values.length + " values");
        }
    }

    public int size() {
        return steps.length;
    }
}
