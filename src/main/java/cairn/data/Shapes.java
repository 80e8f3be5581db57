package cairn.data;

import java.util.Arrays;

/** The sizes of a row, and their limits. */
public final class Shapes {

    private Shapes() {
    }

    /** The product of a row's sizes; refuses an empty shape, a size below 1, and more elements than an array can hold. */
    public static int count(long[] shape) {
        if (shape.length == 0) {
            throw new IllegalArgumentException("a row's shape needs at least one size, found none");
        }
        long count = 1;
        for (long size : shape) {
            if (size < 1 || (count *= Math.min(size, Integer.MAX_VALUE)) > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("a row's sizes must be at least 1 and their product below 2^31, found "
                        + Arrays.toString(shape));
            }
        }
        return (int) count;
    }

    /** {@code 28x28x1}. */
    public static String text(long[] shape) {
        return String.join("x", Arrays.stream(shape).mapToObj(Long::toString).toList());
    }
}
