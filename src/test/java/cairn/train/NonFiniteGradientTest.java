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

/** Field bug 43: what is not finite is reported at the step at which it comes up, before it can spoil the weights. */
@Tag("device")
class NonFiniteGradientTest {
    /** What the next gradient is made of; 0 leaves it alone. */
    private static double poison;

    /** y = x, with a gradient that a test spoils. */
    record Poison() implements Layer {
        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            t.forward(Elementwise.copy(t.x(), t.y()));
            t.backwardToInput(() -> Elementwise.copy(t.dy(), t.dx()), () -> key -> {
                if (poison != 0) {
                    t.dx().fill(poison);
                }
            });
        }
    }

    @AfterEach
    void heal() {
        poison = 0;
    }

    private static Recipe recipe(Optimizer rule, int microBatches) {
        return Recipe.named("poisoned").data(new BuiltInData.Iris()).batchSize(16).microBatches(microBatches)
                .model(Dense.of(8), new Poison(), new Relu(), Dense.of(3)).optimizer(rule).build();
    }

    @ParameterizedTest
    @CsvSource({"NaN, 1", "Infinity, 1", "-Infinity, 3", "NaN, 5"})
    void aGradientThatIsNotFiniteIsReportedAtItsStepAndChangesNothing(double value, int microBatches) throws IOException {
        try (Trainer trainer = Trainer.fresh(recipe(Adam.of(0.01), microBatches)); Trainer healthy = Trainer.fresh(trainer.recipe())) {
            for (int i = 0; i < 3; i++) {
                trainer.step();
                healthy.step();
            }
            poison = value;
            assertThatThrownBy(trainer::step).isInstanceOfSatisfying(TrainingFaultException.class, e -> assertThat(e.step()).isEqualTo(3))
                    .hasMessageContaining("gradient of 0.dense/").hasMessageContaining("after 3 updates");
            assertThat(trainer.snapshot()).isEqualTo(healthy.snapshot());
            poison = 0;
            assertThat(trainer.step()).isEqualTo(healthy.step());
            assertThat(trainer.snapshot()).isEqualTo(healthy.snapshot());
        }
    }

    /** Its squares do not fit into a float. */
    @Test
    void aHugeGradientIsNoError() throws IOException {
        try (Trainer trainer = Trainer.fresh(recipe(new Sgd(1e-30, 0), 1))) {
            poison = 1e25;
            assertThat(trainer.step().step()).isEqualTo(1);
        }
    }
}
