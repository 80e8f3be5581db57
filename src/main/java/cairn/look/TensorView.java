package cairn.look;

import cairn.state.Value;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor of a state in a few numbers. Summary that are not finite count in {@code notFinite} alone.
 *
 * @param path its path in the state, such as {@code model/0.dense/weight}
 * @param type such as {@code f32}
 * @param mean of the finite numbers; NaN if there are none, as are the others
 * @param deviation from the mean, √(Σ(x - mean)² / n)
 * @param zeros how many are exactly 0
 * @param notFinite how many are NaN or infinite
 */
public record TensorView(String path, String type, List<Long> shape, double mean, double deviation, double least, double greatest, long zeros,
        long notFinite, Histogram histogram) {

    public TensorView {
        shape = List.copyOf(shape);
    }

    static TensorView of(String path, Value.Tensor t) {
        int n = Math.toIntExact(t.size());
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = t.get(i);
        }
        Summary numbers = Summary.of(x);
        return new TensorView(path, t.type().label(), Arrays.stream(t.shape()).boxed().toList(), numbers.mean(), numbers.deviation(),
                numbers.least(), numbers.greatest(), numbers.zeros(), numbers.notFinite(),
                Histogram.of(i -> x[i], n, numbers.least(), numbers.greatest()));
    }

    /** How many numbers it has. */
    public long size() {
        return shape.stream().reduce(1L, (a, b) -> a * b);
    }
}
