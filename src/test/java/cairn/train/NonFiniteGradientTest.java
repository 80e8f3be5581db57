package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.source.BuiltInData;
import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Relu;
import cairn.optim.Adam;
import cairn.optim.Optimizer;
import cairn.optim.Sgd;
import cairn.recipe.Recipe;
import cairn.recovery.TrainingFaultException;
import cairn.tensor.op.Elementwise;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Field bug 43: a gradient that is not finite is reported at its step, before it changes the weights. */
@Tag("device")
class NonFiniteGradientTest {
    /** The value that replaces every number of the next gradient; 0 changes nothing. */
    private static double badValue;

    /** y = x, with a gradient that a test can replace. */
    record BadGradient() implements Layer {
        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            t.forward(Elementwise.copy(t.x(), t.y()));
            t.backwardToInput(() -> Elementwise.copy(t.dy(), t.dx()), () -> key -> {
                if (badValue != 0) {
                    t.dx().fill(badValue);
                }
            });
        }
    }

    @AfterEach
    void reset() {
        badValue = 0;
    }

    private static Recipe recipe(Optimizer rule, int microBatches) {
        return Recipe.named("poisoned").data(new BuiltInData.Iris()).batchSize(16).microBatches(microBatches)
                .model(Dense.of(8), new BadGradient(), new Relu(), Dense.of(3)).optimizer(rule).build();
    }

    @ParameterizedTest
    @CsvSource({"NaN, 1", "Infinity, 1", "-Infinity, 3", "NaN, 5"})
    void aGradientThatIsNotFiniteIsReportedAtItsStepAndChangesNothing(double value, int microBatches) throws IOException {
        try (Trainer trainer = Trainer.fresh(recipe(Adam.of(0.01), microBatches)); Trainer healthy = Trainer.fresh(trainer.recipe())) {
            for (int i = 0; i < 3; i++) {
                trainer.step();
                healthy.step();
            }
            badValue = value;
            assertThatThrownBy(trainer::step).isInstanceOfSatisfying(TrainingFaultException.class, e -> assertThat(e.step()).isEqualTo(3))
                    .hasMessageContaining("gradient of 0.dense/").hasMessageContaining("after 3 updates");
            assertThat(trainer.snapshot()).isEqualTo(healthy.snapshot());
            badValue = 0;
            assertThat(trainer.step()).isEqualTo(healthy.step());
            assertThat(trainer.snapshot()).isEqualTo(healthy.snapshot());
        }
    }

    /** Its squares do not fit into a float. */
    @Test
    void aHugeGradientIsNoError() throws IOException {
        try (Trainer trainer = Trainer.fresh(recipe(new Sgd(1e-30, 0), 1))) {
            badValue = 1e25;
            assertThat(trainer.step().step()).isEqualTo(1);
        }
    }
}
