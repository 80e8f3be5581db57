package cairn.tensor;

import static cairn.tensor.Samples.assertClose;

import cairn.random.Key;
import cairn.state.ElementType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReductionsTest {

    @Test
    void sumAndSumOfSquaresEqualPlainLoops() {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            for (long[] shape : new long[][] {{1}, {31}, {128, 1}, {3, 4, 5}, {100_003}}) {
                Array x = Samples.view(type, "x", shape);
                double[] xs = x.toDoubles();
                Array s = Array.filled(type, Double.NaN);
                Reductions.sum(x, s).run(Key.of(1));
                assertClose("sum of " + x, s.toDoubles(), new double[] {Arrays.stream(xs).sum()}, Samples.tolerance(type), xs.length);
                Reductions.sumOfSquares(x, s).run(Key.of(1));
                assertClose("squares of " + x, s.toDoubles(), new double[] {Arrays.stream(xs).map(v -> v * v).sum()},
                        Samples.tolerance(type), xs.length);
            }
        }
    }
}
