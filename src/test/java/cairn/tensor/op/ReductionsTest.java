package cairn.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.factory.Nd4j;

@Tag("device")
class ReductionsTest {

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void sumsAreRightAroundTheLengthOfTheirBlocks(ElementType type) {
        double tolerance = type == ElementType.F32 ? 1e-5 : 1e-12;
        for (int n : new int[] {1, 7, 1023, 1024, 1025, 2048, 50_000}) {
            Array x = Array.zeros(type, n + 3).view(2, n);
            x.set(IntStream.range(0, n).mapToDouble(i -> Math.sin(i + 1)).toArray());
            Array s = Array.zeros(type);
            double squares = Arrays.stream(x.toDoubles()).map(v -> v * v).sum();
            Reductions.sumOfSquares(x, s).run(Key.of(0));
            assertThat(s.value()).as("squares of %d", n).isCloseTo(squares, within(tolerance * squares));
            Reductions.sum(x, s).run(Key.of(0));
            assertThat(s.value()).as("sum of %d", n).isCloseTo(Arrays.stream(x.toDoubles()).sum(), within(tolerance * squares));
        }
    }

    /** Added one after the other, so many equal floats would have an error of several percent. */
    @Test
    void sumsLoseNothingOverMillionsOfFloats() {
        int n = 8_000_000;
        Array x = Array.filled(ElementType.F32, 1e-3, n);
        Array s = Array.zeros(ElementType.F32);
        Reductions.sumOfSquares(x, s).run(Key.of(0));
        assertThat(s.value()).isCloseTo(n * 1e-6, within(1e-4 * n * 1e-6));
        Reductions.sum(x, s).run(Key.of(0));
        assertThat(s.value()).isCloseTo(n * 1e-3, within(1e-4 * n * 1e-3));
    }

    @Test
    void sumsHaveTheSameBitsAtAnyNumberOfThreads() {
        Array x = Array.zeros(ElementType.F32, 1_000_003);
        x.set(IntStream.range(0, 1_000_003).mapToDouble(i -> Math.sin(i + 1)).toArray());
        Array s = Array.zeros(ElementType.F32);
        Operation sum = Reductions.sumOfSquares(x, s);
        int threads = Nd4j.getEnvironment().maxThreads();
        sum.run(Key.of(0));
        double first = s.value();
        try {
            for (int n : new int[] {1, 2, 3}) {
                Nd4j.getEnvironment().setMaxThreads(n);
                sum.run(Key.of(0));
                assertThat(s.value()).isEqualTo(first);
            }
        } finally {
            Nd4j.getEnvironment().setMaxThreads(threads);
        }
    }
}
