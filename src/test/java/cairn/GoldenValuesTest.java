package cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenValuesTest {

    @ParameterizedTest
    @ValueSource(strings = {"optimizers", "losses", "layers", "schedules", "metrics"})
    void everyFileHasCasesAndSaysWhoWroteIt(String file) {
        GoldenValues golden = GoldenValues.of(file);
        assertThat(golden.text("provenance.tool")).matches("(PyTorch|scikit-learn) \\d.*");
        assertThat(golden.text("provenance.command")).endsWith("make_golden.py");
        assertThat(golden.cases()).hasSizeGreaterThan(3).doesNotContain("provenance");
    }

    @Test
    void everyOptimizerHasTwentyStepsOfSevenNumbers() {
        GoldenValues golden = GoldenValues.of("optimizers");
        for (String rule : golden.cases()) {
            if (!rule.equals("inputs")) {
                assertThat(golden.shape(rule + ".fixed.theta")).containsExactly(20, 7);
                assertThat(golden.rows(rule + ".quadratic.theta")[19]).hasSize(7);
            }
        }
    }

    /** theta - lr * gradient by hand, up to the one rounding that a fused multiply-add saves. */
    @Test
    void theFirstStepOfPlainDescentFollowsFromTheInputs() {
        GoldenValues golden = GoldenValues.of("optimizers");
        double[] theta = golden.vector("inputs.theta");
        double[] gradient = golden.vector("inputs.gradient.0");
        double lr = golden.number("sgd.lr") * golden.number("inputs.lr-factor.0");
        for (int i = 0; i < theta.length; i++) {
            assertThat(golden.number("sgd.fixed.theta.0." + i)).isCloseTo(theta[i] - lr * gradient[i], within(1e-15));
        }
    }

    @Test
    void tensorsAreReadRowMajorWithTheirShape() {
        GoldenValues linear = GoldenValues.of("layers").under("linear");
        assertThat(linear.shape("x")).containsExactly(4, 5);
        assertThat(linear.flat("x")[7]).isEqualTo(linear.rows("x")[1][2]).isEqualTo(linear.number("x.1.2"));
        assertThat(linear.floats("x")[7]).isEqualTo((float) linear.rows("x")[1][2]);
        assertThat(linear.has("dx")).isTrue();
        assertThat(linear.has("dx.9.0")).isFalse();
    }

    @Test
    void aWrongNameIsRefusedWithTheNearestOne() {
        GoldenValues golden = GoldenValues.of("optimizers");
        assertThatThrownBy(() -> golden.number("adamm.lr")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no golden value 'adamm' in optimizers; did you mean 'adam'?").hasMessageContaining("nadam");
        assertThatThrownBy(() -> golden.vector("inputs.gradient.20")).hasMessageContaining("list of 20, give an index from 0 to 19");
        assertThatThrownBy(() -> golden.number("sgd.lr.x")).hasMessageContaining("nothing stands below it");
        assertThatThrownBy(() -> GoldenValues.of("optimisers")).hasMessageContaining("/golden/optimisers.json")
                .hasMessageContaining("make_golden.py");
    }

    @Test
    void aValueOfAnotherKindIsRefusedWithWhatWasFound() {
        GoldenValues golden = GoldenValues.of("optimizers");
        assertThatThrownBy(() -> golden.number("inputs.theta")).hasMessageContaining("optimizers.inputs.theta is not a number but ARRAY");
        assertThatThrownBy(() -> golden.vector("inputs.gradient")).hasMessageContaining("rank 2, expected 1");
        assertThatThrownBy(() -> golden.integers("inputs.theta")).hasMessageContaining("0.5 at flat index 0");
        assertThatThrownBy(() -> golden.flat("sgd")).hasMessageContaining("not numbers but OBJECT");
        assertThatThrownBy(() -> golden.text("sgd.lr")).hasMessageContaining("not a text but NUMBER");
    }
}
