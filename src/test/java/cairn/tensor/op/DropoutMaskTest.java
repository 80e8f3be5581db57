package cairn.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

@Tag("device")
class DropoutMaskTest {
    private static final int N = 40_000;

    private static double[] mask(ElementType type, double keep, String name, Key key) {
        Array mask = Samples.result(type, 200, N / 200);
        DropoutMask.mask(keep, name, mask).run(key);
        return mask.toDoubles();
    }

    @Test
    void keepsTheAskedShareScaledToMeanOne() {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            for (double keep : new double[] {0.1, 0.5, 0.8, 0.99}) {
                double[] mask = mask(type, keep, "2.dropout", Key.of(11));
                long kept = Arrays.stream(mask).filter(v -> v != 0).count();
                // Four standard deviations of a binomial.
                assertThat((double) kept / N).isCloseTo(keep, within(4 * Math.sqrt(keep * (1 - keep) / N)));
                assertThat(Arrays.stream(mask).filter(v -> v != 0)).allSatisfy(v -> assertThat(v).isCloseTo(1 / keep, within(1e-6 / keep)));
            }
        }
    }

    @Test
    void isAPureFunctionOfKeyAndName() {
        Array mask = Array.zeros(ElementType.F32, 1000);
        Operation draw = DropoutMask.mask(0.5, "a", mask);
        draw.run(Key.of(1));
        double[] first = mask.toDoubles();
        draw.run(Key.of(2));
        double[] second = mask.toDoubles();
        draw.run(Key.of(1));
        assertThat(mask.toDoubles()).isEqualTo(first).isNotEqualTo(second);
        Array again = Array.zeros(ElementType.F32, 1000);
        DropoutMask.mask(0.5, "a", again).run(Key.of(1));
        assertThat(again.toDoubles()).isEqualTo(first);
        DropoutMask.mask(0.5, "b", again).run(Key.of(1));
        assertThat(again.toDoubles()).isNotEqualTo(first);
    }

    /** There is no correlation between the steps of one layer, between the layers of one step, and between neighbours in one mask. */
    @Test
    void masksOfDifferentKeysNamesAndPlacesAreUncorrelated() {
        double[][] masks = new double[12][];
        for (int i = 0; i < masks.length; i++) {
            masks[i] = mask(ElementType.F32, 0.5, i % 2 + ".dropout", Key.of(3).fold(i / 2));
        }
        // |r| has a standard deviation of 1/√n; five of them for the largest of some hundred.
        double bound = 5 / Math.sqrt(N);
        for (int i = 0; i < masks.length; i++) {
            for (int j = 0; j < i; j++) {
                assertThat(correlation(masks[i], masks[j], 0)).as("masks " + i + ", " + j).isCloseTo(0, within(bound));
            }
            for (int lag : new int[] {1, 2, 8, 200}) {
                assertThat(correlation(masks[i], masks[i], lag)).as("mask " + i + " lag " + lag).isCloseTo(0, within(bound));
            }
        }
    }

    private static double correlation(double[] a, double[] b, int lag) {
        double sum = 0;
        for (int i = 0; i + lag < a.length; i++) {
            sum += (a[i] - 1) * (b[i + lag] - 1);
        }
        return sum / a.length;
    }

    @Test
    void theGlobalGeneratorIsLeftAlone() {
        Nd4j.getRandom().setSeed(77);
        long root = Nd4j.getRandom().rootState();
        long node = Nd4j.getRandom().nodeState();
        double[] before = mask(ElementType.F32, 0.5, "a", Key.of(1));
        assertThat(Nd4j.getRandom().rootState()).isEqualTo(root);
        assertThat(Nd4j.getRandom().nodeState()).isEqualTo(node);
        Nd4j.getRandom().setSeed(78);
        assertThat(mask(ElementType.F32, 0.5, "a", Key.of(1))).isEqualTo(before);
    }
}
