package cairn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.op.HostLoops;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One pass gives the bits of two, for part of a block and for several threads; at rate 0 a weight of -0 keeps its sign. */
class DirectedDescentTest {

    @ParameterizedTest
    @CsvSource({"1, 0.1", "1023, 0.1", "1024, -3", "5003, 0", "300001, 0.1", "300001, 1e30"})
    void onePassGivesTheBitsOfTwo(int size, double rate) {
        assumeTrue(HostLoops.can(Array.zeros(ElementType.F32, 1)), "arrays are in the memory of a device");
        Array[] two = vectors(size);
        Array[] one = vectors(size);
        DirectedDescent inTwo = DirectedDescent.of(HostLoops.over(2, two[0], two[1]).scalarOperation((x, n, c) -> direction(x[0], x[1], n, c)),
                two[0], two[2]);
        DirectedDescent inOne = DirectedDescent.of((x, n, c) -> direction(x[2], x[0], n, c), one[0], one[2], one[1]);
        for (int step = 0; step < 3; step++) {
            inTwo.run(0.3, rate);
            inOne.run(0.3, rate);
            // One pass leaves the gradient as it was.
            one[0].assign(two[0]);
        }
        for (int i = 1; i < 3; i++) {
            assertThat(one[i].toDoubles()).isEqualTo(two[i].toDoubles());
        }
        assertThat(Double.doubleToRawLongBits(one[2].toDoubles()[0]) == Double.doubleToRawLongBits(-0.0)).isEqualTo(rate == 0);
    }

    private static void direction(float[] g, float[] v, int n, float c) {
        for (int i = 0; i < n; i++) {
            v[i] = v[i] + g[i];
            g[i] = c * v[i];
        }
    }

    /** Gradient, vector and weights, of which the first is -0. */
    private static Array[] vectors(int size) {
        return IntStream.range(0, 3).mapToObj(which -> {
            Array array = Array.zeros(ElementType.F32, size);
            Key key = Key.of(5).fold(which);
            array.set(IntStream.range(0, size).mapToDouble(i -> which == 2 && i == 0 ? -0.0 : key.gaussian(i)).toArray());
            return array;
        }).toArray(Array[]::new);
    }
}
