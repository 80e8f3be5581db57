package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import cairn.checkpoint.InMemoryStore;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.data.CorruptedBatches;
import cairn.data.source.BuiltInData;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Residual;
import cairn.nn.layer.Sigmoid;
import cairn.nn.layer.Tanh;
import cairn.optim.ClipNorm;
import cairn.optim.Sgd;
import cairn.optim.schedule.TrainingTime;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeBuilder;
import cairn.recipe.Recovery;
import cairn.run.Event;
import cairn.run.TrainOptions;
import cairn.run.TrainingLoop;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayerStatisticsTest {
    private static final double RATE = 0.5;

    private static RecipeBuilder moons() {
        return Recipe.named("moons").data(new BuiltInData.Moons(200, 0.1, 1)).batchSize(30).microBatches(4)
                .model(Dense.of(8), new Relu(), Residual.of(new Tanh()), Dense.of(4), new Sigmoid(), Dense.of(2)).optimizer(Sgd.of(RATE));
    }

    private static LayerStatistics measured(Trainer trainer) {
        LayerStatistics statistics = LayerStatistics.of(trainer);
        trainer.step(statistics);
        return statistics;
    }

    @Test
    void everyLayerWithWeightsHasItsGradientAndItsUpdate() throws IOException {
        try (Trainer trainer = Trainer.fresh(moons().build())) {
            trainer.trainTo(5);
            State before = trainer.snapshot();
            Map<String, Double> values = measured(trainer).values();
            assertThat(values).containsOnlyKeys("gradient-norm/0.dense", "gradient-norm/3.dense", "gradient-norm/5.dense",
                    "update-ratio/0.dense", "update-ratio/3.dense", "update-ratio/5.dense", "dead/1.relu",
                    "saturated/2.residual/body/0.tanh", "saturated/4.sigmoid");
            // SGD without momentum moves by the rate times the gradient.
            for (String layer : List.of("0.dense", "3.dense", "5.dense")) {
                double weights = Math.sqrt(norm2(before, layer + "/weight") + norm2(before, layer + "/bias"));
                assertThat(values.get("update-ratio/" + layer) * weights)
                        .isEqualTo(RATE * values.get("gradient-norm/" + layer), offset(1e-6));
                assertThat(values.get("gradient-norm/" + layer)).isPositive();
            }
        }
    }

    private static double norm2(State state, String path) {
        Value.Tensor t = state.tensor("model/" + path);
        double sum = 0;
        for (long i = 0; i < t.size(); i++) {
            sum += t.get(i) * t.get(i);
        }
        return sum;
    }

    /** All norms together are the norm that clipping computes, before it clips. */
    @Test
    void theGradientIsNotClipped() throws IOException {
        try (Trainer trainer = Trainer.fresh(moons().clip(new ClipNorm(1e-3)).build())) {
            LayerStatistics statistics = LayerStatistics.of(trainer);
            double norm = trainer.step(statistics).gradientNorm().orElseThrow();
            double squares = statistics.values().entrySet().stream().filter(e -> e.getKey().startsWith("gradient-norm/"))
                    .mapToDouble(e -> e.getValue() * e.getValue()).sum();
            assertThat(Math.sqrt(squares)).isEqualTo(norm, offset(1e-5 * norm)).isGreaterThan(1e-3);
        }
    }

    @Test
    void unitsThatAreZeroForTheWholeBatchAreDeadAndOutputsNearTheirLimitsSaturated() throws IOException {
        try (Trainer trainer = Trainer.fresh(moons().model(Dense.of(8), new Relu(), Dense.of(4), new Tanh(), Dense.of(5), new Sigmoid(),
                Dense.of(2)).build())) {
            State state = trainer.snapshot();
            state = with(state, "model/0.dense/bias", -1e6f, 50, -1e6f, 50, 50, 50, -1e6f, 50);
            state = with(state, "model/2.dense/bias", 1e6f, -1e6f, 1e6f, 0);
            state = with(state, "model/2.dense/weight", new float[32]);
            state = with(state, "model/4.dense/bias", 0, 1e6f, 0, -1e6f, 0);
            trainer.restore(with(state, "model/4.dense/weight", new float[20]));
            assertThat(measured(trainer).values()).containsEntry("dead/1.relu", 3 / 8.0).containsEntry("saturated/3.tanh", 3 / 4.0)
                    .containsEntry("saturated/5.sigmoid", 2 / 5.0);
        }
    }

    private static State with(State state, String path, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        Value.Tensor old = state.tensor(path);
        return state.overlay(State.of(Map.of(path, new Value.Tensor(old.type(), old.shape(), bytes))));
    }

    @Test
    void theEventComesAtItsIntervalRightAfterTheStep() throws IOException {
        List<String> events = new ArrayList<>();
        try (Trainer trainer = Trainer.fresh(moons().build())) {
            TrainOptions options = TrainOptions.until(9).statistics(Optional.of(TrainingTime.steps(4))).observers(e -> {
                if (e instanceof Event.Stepped || e instanceof Event.LayerStatisticsMeasured) {
                    events.add(e.getClass().getSimpleName() + e.position().step());
                }
            });
            new TrainingLoop(trainer, options, RetentionPolicy.parse("all", Ranking.min("loss")), new InMemoryStore(), Map::of, () -> 0)
                    .run();
        }
        assertThat(events).containsExactly("Stepped1", "Stepped2", "Stepped3", "Stepped4", "LayerStatisticsMeasured4", "Stepped5",
                "Stepped6", "Stepped7", "Stepped8", "LayerStatisticsMeasured8", "Stepped9");
    }

    @Test
    void aFaultyStepShowsItsGradientsAndNoUpdate() throws IOException {
        try (Trainer trainer = Trainer.fresh(moons().poison(new CorruptedBatches(List.of(2L), 1e39)).recovery(Recovery.of()).build())) {
            trainer.trainTo(2);
            Map<String, Double> values = measured(trainer).values();
            assertThat(values.get("gradient-norm/5.dense")).isNaN();
            assertThat(values).doesNotContainKey("update-ratio/5.dense");
        }
    }
}
