package cairn.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.data.Labels;
import cairn.data.Table;
import cairn.nn.loss.Huber;
import cairn.nn.loss.MeanAbsoluteError;
import cairn.nn.loss.MeanSquaredError;
import cairn.nn.loss.SigmoidCrossEntropy;
import cairn.nn.loss.SoftmaxCrossEntropy;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChanceTest {
    private static final Table CLASSES = Table.ofFloats("c", new long[] {1}, new float[4], Labels.Classes.numbered(2), new int[] {0, 0, 0,
            1});
    private static final Table TARGETS = Table.ofFloats("t", new long[] {1}, new float[4], new Labels.Reals(1), new float[] {0, 0, 0, 4});
    private static final Table MARKS = Table.ofFloats("m", new long[] {1}, new float[4], new Labels.Reals(1), new float[] {0, 0, 0, 1});
    private static final double ENTROPY = -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25);

    @Test
    void ofClassesItIsTheEntropyOfTheirShares() {
        assertThat(Chance.of(SoftmaxCrossEntropy.of(), CLASSES)).hasValueCloseTo(ENTROPY, within(1e-12));
        // With weights that make the classes equal, it is that of equal shares.
        assertThat(Chance.of(new SoftmaxCrossEntropy(0, List.of(1.0, 3.0)), CLASSES)).hasValueCloseTo(Math.log(2), within(1e-12));
        assertThat(Chance.of(new SigmoidCrossEntropy(), MARKS)).hasValueCloseTo(ENTROPY, within(1e-12));
    }

    /** Smoothed labels leave a loss that no model can go below: that of the smoothed label itself. */
    @Test
    void smoothedLabelsHaveALeastLoss() {
        SoftmaxCrossEntropy smoothed = new SoftmaxCrossEntropy(0.2, List.of());
        assertThat(Chance.least(smoothed, CLASSES)).isCloseTo(-0.9 * Math.log(0.9) - 0.1 * Math.log(0.1), within(1e-12));
        assertThat(Chance.least(SoftmaxCrossEntropy.of(), CLASSES)).isZero();
    }

    @Test
    void ofTargetsItIsTheLossOfTheBestConstant() {
        assertThat(Chance.of(new MeanSquaredError(), TARGETS)).hasValueCloseTo(3.0, within(1e-9));
        assertThat(Chance.of(new MeanAbsoluteError(), TARGETS)).hasValueCloseTo(1.0, within(1e-9));
        // At 1/3 three rows have d = 1/3 and d²/2, and one has d - 1/2.
        assertThat(Chance.of(new Huber(1), TARGETS)).hasValueCloseTo((3 * (1 / 18.0) + 11 / 3.0 - 0.5) / 4, within(1e-9));
    }
}
