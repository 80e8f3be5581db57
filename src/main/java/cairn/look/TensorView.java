package cairn.look;

import cairn.state.State;
import cairn.state.Value;
import cairn.words.Spelling;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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

    /** The paths of the tensors of a state, in its order: of the model, of the optimizer, of an average. */
    public static List<String> paths(State state) {
        return state.entries().entrySet().stream().filter(e -> e.getValue() instanceof Value.Tensor).map(Map.Entry::getKey).toList();
    }

    /**
     * A tensor of a state.
     *
     * @param path its path; {@code model/} may be left out
     * @throws IllegalArgumentException if there is none of this path; it says which are near
     */
    public static TensorView of(State state, String path) {
        String found = Stream.of(path, "model/" + path).filter(p -> state.entries().get(p) instanceof Value.Tensor).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no tensor '" + path + "' in this state; " + hint(path, paths(state))));
        return of(found, state.tensor(found));
    }

    /** The nearest path; people leave out the beginning of a path, so it is compared without it too. */
    private static String hint(String path, List<String> paths) {
        return paths.stream().map(p -> p.replaceFirst("^model/", "")).filter(p -> Spelling.nearest(path, List.of(p)).isPresent()).findFirst()
                .map(near -> "did you mean '" + near + "'?").orElseGet(() -> Spelling.hint(path, paths));
    }

    /** Of a tensor that a file calls {@code path}. */
    public static TensorView of(String path, Value.Tensor t) {
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
