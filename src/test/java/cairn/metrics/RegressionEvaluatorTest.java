package cairn.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cairn.GoldenValues;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RegressionEvaluatorTest {
    private static final Offset<Double> FLOAT = within(1e-6);

    /** The golden inputs have four decimals; as floats they are off by up to 1e-7. */
    @Test
    void equalsTheGoldenMetrics() {
        GoldenValues golden = GoldenValues.of("metrics").under("regression");
        Evaluation.Regression found = evaluate(golden, 3);
        assertThat(found.rows()).isEqualTo(8);
        EvaluatorTest.assertClose(found.loss(), golden.number("loss.value"), golden.vector("loss.interval"), 1e-12);
        assertThat(found.meanAbsoluteError().value()).isCloseTo(golden.number("mean-absolute-error.value"), FLOAT);
        assertThat(found.meanAbsoluteError().interval().low()).isCloseTo(golden.number("mean-absolute-error.interval.0"), FLOAT);
        assertThat(found.meanAbsoluteError().interval().high()).isCloseTo(golden.number("mean-absolute-error.interval.1"), FLOAT);
        assertThat(found.rSquared().value()).isCloseTo(golden.number("r-squared"), FLOAT);
        assertThat(found.rSquared().interval().isKnown()).isFalse();
        assertThat(found.measures().keySet()).containsExactly("loss", "mean-absolute-error", "r-squared");
    }

    @Test
    void theCutIntoBatchesDoesNotMatterBitForBit() {
        GoldenValues golden = GoldenValues.of("metrics").under("regression");
        Evaluation.Regression whole = evaluate(golden, 8);
        for (int batch = 1; batch < 8; batch++) {
            assertThat(evaluate(golden, batch)).isEqualTo(whole);
        }
    }

    @Test
    void rSquaredIsOneForTheTargetsAndZeroForTheirMean() {
        float[] targets = {1, 2, 6};
        assertThat(rSquared(targets, targets)).isEqualTo(1);
        assertThat(rSquared(new float[] {3, 3, 3}, targets)).isEqualTo(0);
        assertThat(rSquared(new float[] {9, 9, 9}, targets)).isNegative();
    }

    @Test
    void rSquaredOfEqualTargetsIsOneOnlyIfTheyAreMet() {
        float[] equal = {0.1f, 0.1f, 0.1f};
        assertThat(rSquared(equal, equal)).isEqualTo(1);
        assertThat(rSquared(new float[] {0.1f, 0.1f, 0.2f}, equal)).isEqualTo(0);
    }

    @Test
    void rSquaredOfOneRowAndOfNoNumberIsNoNumber() {
        assertThat(rSquared(new float[] {1}, new float[] {1})).isNaN();
        assertThat(rSquared(new float[] {1, Float.NaN}, new float[] {1, 2})).isNaN();
        assertThat(rSquared(new float[] {1, Float.NaN}, new float[] {2, 2})).isNaN();
    }

    @Test
    void refusesArraysThatAreTooShortAndAnEvaluationOfNothing() {
        RegressionEvaluator evaluator = new RegressionEvaluator(2);
        assertThatThrownBy(() -> evaluator.add(new float[3], 2, new float[4], new double[2], 2))
                .hasMessageContaining("expected at least 4 outputs, 4 targets and 2 losses, found 3, 4 and 2");
        assertThatThrownBy(() -> evaluator.add(new float[4], 1, new float[4], new double[4], 4)).hasMessageContaining("was made for 2");
        assertThatThrownBy(evaluator::result).isInstanceOf(IllegalStateException.class).hasMessageContaining("nothing was evaluated");
        assertThatThrownBy(() -> new RegressionEvaluator(0)).hasMessageContaining("at least 1 output, found 0");
    }

    private static double rSquared(float[] y, float[] targets) {
        RegressionEvaluator evaluator = new RegressionEvaluator(1);
        evaluator.add(y, 1, targets, new double[y.length], y.length);
        return evaluator.result().rSquared().value();
    }

    private static Evaluation.Regression evaluate(GoldenValues golden, int batch) {
        float[] y = golden.floats("y");
        float[] targets = golden.floats("targets");
        double[] losses = golden.vector("row-losses");
        RegressionEvaluator evaluator = new RegressionEvaluator(2);
        for (int from = 0; from < losses.length; from += batch) {
            int to = Math.min(losses.length, from + batch);
            evaluator.add(Arrays.copyOfRange(y, 2 * from, 2 * to), 2, Arrays.copyOfRange(targets, 2 * from, 2 * to),
                    Arrays.copyOfRange(losses, from, to), to - from);
        }
        return evaluator.result();
    }
}
