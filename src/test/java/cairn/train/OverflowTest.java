package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.CorruptedBatches;
import cairn.data.source.BuiltInData;
import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Relu;
import cairn.optim.AdaGrad;
import cairn.optim.Adam;
import cairn.optim.AdamW;
import cairn.optim.AmsGrad;
import cairn.optim.Clipping;
import cairn.optim.Lion;
import cairn.optim.Momentum;
import cairn.optim.NAdam;
import cairn.optim.Nesterov;
import cairn.optim.Optimizer;
import cairn.optim.RmsProp;
import cairn.optim.Sgd;
import cairn.optim.WeightAverage;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeBuilder;
import cairn.recipe.Recovery;
import cairn.recovery.Fault;
import cairn.recovery.TrainingFaultException;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import cairn.tensor.Array;
import cairn.tensor.op.Elementwise;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an update makes is finite, or it is not made: the step is reported, and nothing has changed. */
@Tag("device")
class OverflowTest {
    /** The gradient of the first layer's output is multiplied by this. */
    private static double factor = 1;

    /** y = x, with a gradient that a test can make too large. */
    record Amplifier() implements Layer {
        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            t.forward(Elementwise.copy(t.x(), t.y()));
            t.backwardToInput(() -> Elementwise.copy(t.dy(), t.dx()), () -> {
                var same = Elementwise.copy(t.dx(), t.dx());
                return key -> (factor == 1 ? same : Elementwise.scale(t.dx(), factor, t.dx())).run(key);
            });
        }
    }

    /** A rule that does not say how far it lets its vectors grow. */
    record Unsaid(double learningRate) implements Optimizer {
        @Override
        public List<String> slots() {
            return List.of("b");
        }

        @Override
        public Update wire(Vectors v) {
            return Momentum.of(learningRate).wire(v);
        }
    }

    /** g = 1e30·g, which only a rule of one's own would do. */
    record Longer() implements Clipping {
        @Override
        public Clip wire(Array grad) {
            return Elementwise.scale(grad, 1e30, grad)::run;
        }
    }

    @AfterEach
    void reset() {
        factor = 1;
    }

    static List<Optimizer> rules() {
        return List.of(Sgd.of(0.1), new Sgd(0.1, 0.01), Momentum.of(0.1), Nesterov.of(0.1), AdaGrad.of(0.1), RmsProp.of(0.01), Adam.of(0.01),
                new Adam(0.01, 0.9, 0.999, 1e-8, 0.1), AdamW.of(0.01), new AmsGrad(0.01, 0.9, 0.999, 1e-8, 0), NAdam.of(0.01), Lion.of(0.01),
                new Unsaid(0.1));
    }

    private static RecipeBuilder iris(Optimizer rule) {
        return Recipe.named("overflow").data(new BuiltInData.Iris()).batchSize(16)
                .model(Dense.of(8), new Amplifier(), new Relu(), Dense.of(3)).optimizer(rule);
    }

    /** For gradients of every size: a step is made and leaves finite numbers, or is not made at all; and the next one is as if it had not been. */
    @ParameterizedTest
    @MethodSource("rules")
    void anUpdateLeavesFiniteNumbersOrIsNotMade(Optimizer rule) throws IOException {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            for (boolean averages : new boolean[] {false, true}) {
                RecipeBuilder recipe = averages ? iris(rule).average(WeightAverage.of(0.9)) : iris(rule);
                recipe = type == ElementType.F64 ? recipe.dtype(Recipe.Precision.FLOAT64) : recipe;
                List<Double> faulty = new ArrayList<>();
                for (int exponent = 10; exponent <= (type == ElementType.F32 ? 38 : 306); exponent += type == ElementType.F32 ? 4 : 74) {
                    if (isFaulty(recipe, Math.pow(10, exponent))) {
                        faulty.add((double) exponent);
                    }
                }
                // The others move by no more than the rate times the gradient.
                if (rule.slots().contains("v") || rule.slots().contains("s")) {
                    assertThat(faulty).as("%s, averages %s", type, averages).isNotEmpty();
                }
            }
        }
    }

    private static boolean isFaulty(RecipeBuilder recipe, double by) throws IOException {
        try (Trainer trainer = Trainer.fresh(recipe.build()); Trainer healthy = Trainer.fresh(trainer.recipe())) {
            for (int i = 0; i < 3; i++) {
                trainer.step();
                healthy.step();
            }
            factor = by;
            boolean isFaulty = false;
            try {
                trainer.step();
            } catch (TrainingFaultException e) {
                isFaulty = true;
                assertThat(e.fault().kind()).isIn(Fault.Kind.NON_FINITE_UPDATE, Fault.Kind.NON_FINITE_GRADIENT);
                assertThat(e.fault().rows()).hasSize(16);
                assertThat(trainer.snapshot()).isEqualTo(healthy.snapshot());
            }
            factor = 1;
            assertThat(notFinite(trainer.snapshot())).isEmpty();
            if (isFaulty) {
                assertThat(trainer.step()).isEqualTo(healthy.step());
                assertThat(trainer.snapshot()).isEqualTo(healthy.snapshot());
            }
            return isFaulty;
        }
    }

    private static List<String> notFinite(State state) {
        return state.entries().entrySet().stream().filter(e -> e.getValue() instanceof Value.Tensor t && hasBad(t)).map(e -> e.getKey()).toList();
    }

    private static boolean hasBad(Value.Tensor t) {
        var bytes = t.bytes();
        while (bytes.hasRemaining()) {
            if (!Double.isFinite(t.type() == ElementType.F32 ? bytes.getFloat() : bytes.getDouble())) {
                return true;
            }
        }
        return false;
    }

    private static RecipeBuilder wine(Layer... model) {
        return Recipe.named("wine").data(new BuiltInData.Wine()).batchSize(16).model(model).optimizer(Adam.of(0.01));
    }

    /** Field cases: a batch that is finite, and overflows a variance or a mean of squares. */
    @ParameterizedTest
    @CsvSource({"1e22, true, model/1.batch-norm/running-var", "-1e20, false, optimizer/v/0.dense/weight"})
    void theFirstNumberThatWouldNotBeFiniteIsNamedWithItsRows(double by, boolean norm, String path) throws IOException {
        Layer[] model = norm ? new Layer[] {Dense.of(16), BatchNorm.of(), new Relu(), Dense.of(3)}
                : new Layer[] {Dense.of(16), new Relu(), Dense.of(3)};
        Recipe recipe = wine(model).poison(new CorruptedBatches(List.of(5L), by)).build();
        try (Trainer trainer = Trainer.fresh(recipe); Trainer healthy = Trainer.fresh(wine(model).build())) {
            trainer.trainTo(5);
            healthy.trainTo(5);
            assertThatThrownBy(trainer::step).isInstanceOf(TrainingFaultException.class)
                    .hasMessageStartingWith("the update would make " + path + " Infinity in the step after 5 updates")
                    .hasMessageContaining("training rows [").hasMessageContaining("The update was not made");
            assertThat(trainer.snapshot().select("model")).isEqualTo(healthy.snapshot().select("model"));
            assertThat(trainer.snapshot().select("optimizer")).isEqualTo(healthy.snapshot().select("optimizer"));
        }
    }

    @ParameterizedTest
    @CsvSource({"1e22, true, 0", "1e22, true, 3", "-1e20, false, 0", "-1e20, false, 3"})
    void aRecoveryRuleActsOnIt(double by, boolean norm, int back) throws IOException {
        Layer[] model = norm ? new Layer[] {Dense.of(16), BatchNorm.of(), new Relu(), Dense.of(3)}
                : new Layer[] {Dense.of(16), new Relu(), Dense.of(3)};
        Recipe recipe = wine(model).poison(new CorruptedBatches(List.of(5L), by))
                .recovery(new Recovery(back, 1, 3, true, Optional.empty())).build();
        try (Trainer trainer = Trainer.fresh(recipe)) {
            List<State> states = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                states.add(trainer.snapshot().select("model"));
                trainer.step();
            }
            states.add(trainer.snapshot().select("model"));
            StepReport report = trainer.step();
            assertThat(report.action().orElseThrow().fault().kind()).isEqualTo(Fault.Kind.NON_FINITE_UPDATE);
            assertThat(trainer.snapshot().select("model")).isEqualTo(states.get(5 - back));
            trainer.trainTo(40);
            assertThat(notFinite(trainer.snapshot())).isEmpty();
            assertThat(trainer.snapshot().text("recovery/interventions")).isEqualTo("non-finite-update at 5 back to " + (5 - back));
        }
    }

    @Test
    void aRateThatIsTooLargeForItsTypeStopsBeforeTheUpdate() throws IOException {
        try (Trainer trainer = Trainer.fresh(iris(Sgd.of(1e39)).build()); Trainer fresh = Trainer.fresh(trainer.recipe())) {
            assertThatThrownBy(trainer::step).isInstanceOf(TrainingFaultException.class).hasMessageContaining("model/0.dense/");
            assertThat(trainer.snapshot()).isEqualTo(fresh.snapshot());
        }
    }

    @Test
    void aClippingThatMakesAGradientLargerIsLookedAt() throws IOException {
        try (Trainer trainer = Trainer.fresh(iris(Adam.of(0.01)).clip(new Longer()).build()); Trainer fresh = Trainer.fresh(trainer.recipe())) {
            assertThatThrownBy(trainer::step).hasMessageContaining("the update would make optimizer/");
            assertThat(trainer.snapshot()).isEqualTo(fresh.snapshot());
        }
    }

    /** Such states were saved before updates were looked at. */
    @Test
    void aStateThatIsNotFiniteAlreadyIsNotBlamedOnABatch() throws IOException {
        try (Trainer trainer = Trainer.fresh(iris(Adam.of(0.01)).build())) {
            trainer.trainTo(3);
            State state = trainer.snapshot();
            Value.Tensor v = state.tensor("optimizer/v/0.dense/bias");
            ByteBuffer bytes = ByteBuffer.allocate(v.bytes().remaining()).order(ByteOrder.LITTLE_ENDIAN)
                    .put(v.bytes()).putFloat(0, Float.POSITIVE_INFINITY).flip();
            State bad = state.overlay(State.of(Map.of("optimizer/v/0.dense/bias", new Value.Tensor(v.type(), v.shape(), bytes))));
            trainer.restore(bad);
            assertThatThrownBy(trainer::step).hasMessageStartingWith("optimizer/v/0.dense/bias is Infinity already");
            assertThat(trainer.snapshot()).isEqualTo(bad);
            trainer.restore(state);
            assertThat(trainer.step().step()).isEqualTo(4);
        }
    }
}
