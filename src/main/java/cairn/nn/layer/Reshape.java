package cairn.nn.layer;

import cairn.nn.Layer;
import cairn.nn.Wiring;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * y = x with rows of another shape.
 *
 * @param shape the shape of one row, such as 28, 28, 1
 */
public record Reshape(List<Integer> shape) implements Layer {

    public Reshape {
        shape = List.copyOf(shape);
        shape.forEach(size -> Image.requirePositive("shape", size));
    }

    public static Reshape of(Integer... shape) {
        return new Reshape(List.of(shape));
    }

    @Override
    public long[] outputShape(long[] in) {
        long[] out = shape.stream().mapToLong(Integer::longValue).toArray();
        long given = LongStream.of(in).reduce(1, Math::multiplyExact);
        long wanted = LongStream.of(out).reduce(1, Math::multiplyExact);
        if (given != wanted) {
            throw new IllegalArgumentException("reshape: rows of shape " + Arrays.toString(in) + " have " + given
                    + " numbers, but shape " + shape + " takes " + wanted);
        }
        return out;
    }

    @Override
    public void wire(Wiring t) {
        t.passThrough();
    }
}
