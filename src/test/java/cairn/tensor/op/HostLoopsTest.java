package cairn.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops over views that begin within a larger array, from one element to enough for several threads; the elements around a view stay. */
class HostLoopsTest {
    private static final int BEFORE = 5;
    private static final int AFTER = 7;
    private static final double AROUND = 77;

    @BeforeEach
    void onlyWhereJavaSeesArrays() {
        assumeTrue(HostLoops.can(Array.zeros(ElementType.F32, 1)), "arrays are in the memory of a device");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, HostLoops.BLOCK, HostLoops.BLOCK + 1, 5003, 300_001})
    void eachElementIsVisitedOnceAndOnlyTheFirstArraysAreWritten(int n) {
        Vector y = new Vector(n, i -> i);
        Vector x = new Vector(n, i -> 2.0 * i);
        Operation add = HostLoops.over(1, y.view, x.view).operation((a, count) -> addAndErase(a[0], a[1], count));
        add.run();
        add.run();
        y.requireValues(i -> 5.0 * i);
        x.requireValues(i -> 2.0 * i);
    }

    /** The zeros in the second array are lost, because that array is only read. */
    private static void addAndErase(float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = y[i] + x[i];
            x[i] = 0;
        }
    }

    @Test
    void theNumberOfARunIsGivenToEachBlock() {
        Vector y = new Vector(5003, i -> i);
        ScalarOperation fill = HostLoops.over(1, y.view).scalarOperation((a, n, number) -> Arrays.fill(a[0], 0, n, number));
        fill.run(0.5);
        y.requireValues(i -> 0.5);
        fill.run(-3);
        y.requireValues(i -> -3);
    }

    @Test
    void doublesAreLeftToNd4j() {
        assertThat(HostLoops.can(Array.zeros(ElementType.F64, 3))).isFalse();
    }

    private static final class Vector {
        private final Array whole;
        private final Array view;

        Vector(int n, IntToDoubleFunction values) {
            whole = Array.filled(ElementType.F32, AROUND, BEFORE + n + AFTER);
            view = whole.view(BEFORE, n);
            view.set(IntStream.range(0, n).mapToDouble(values).toArray());
        }

        void requireValues(IntToDoubleFunction values) {
            assertThat(whole.toDoubles()).isEqualTo(IntStream.range(0, (int) whole.size()).mapToDouble(
                    i -> i < BEFORE || i >= BEFORE + view.size() ? AROUND : values.applyAsDouble(i - BEFORE)).toArray());
        }
    }
}
