package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cairn.audit.CompletenessAudit;
import cairn.data.source.DataFolders;
import cairn.nn.Network;
import cairn.random.Key;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import cairn.state.CaptureBuffers;
import cairn.state.MemoryException;
import cairn.tensor.device.FreeMemory;
import cairn.tensor.device.NativeMemory;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryNeedTest {

    /** Both make the same arrays; 1 % is for the few numbers that only one of them makes. */
    @ParameterizedTest
    @ValueSource(strings = {"iris", "wine", "digits", "mnist-mlp"})
    void theComputedMemoryIsTheAllocatedMemory(String name) throws IOException {
        try (Trainer trainer = Trainer.fresh(BuiltInRecipes.get(name))) {
            trainer.step();
            trainer.evaluate(trainer.data().monitored());
            double allocated = CompletenessAudit.of(trainer).memory().stream().mapToLong(NativeMemory::bytes).sum();
            assertThat((trainer.memory().arrays() - trainer.memory().kept()) / allocated).isCloseTo(1, within(0.01));
        }
    }

    /** The state of a checkpoint; with a recovery rule that goes back, it contains three states. */
    @ParameterizedTest
    @ValueSource(strings = {"", "recovery.back=5"})
    void aCaptureNeedsTheComputedMemory(String setting) throws IOException {
        Recipe recipe = BuiltInRecipes.get("digits");
        try (Trainer trainer = Trainer.fresh(setting.isEmpty() ? recipe : recipe.with(List.of(setting)))) {
            CaptureBuffers buffers = new CaptureBuffers();
            buffers.capture(trainer);
            assertThat(trainer.memory().capture() / (double) buffers.bytes()).isCloseTo(1, within(0.01));
        }
    }

    @Test
    void aTrainingThatDoesNotFitIsRefusedWithABatchSizeThatFits() throws IOException {
        Recipe recipe = BuiltInRecipes.get("digits");
        TrainingData data = TrainingData.open(recipe, DataFolders.standard());
        Network network = new Network(recipe.network(), data.splits().train().shape(), recipe.dtype().type(), Key.of(1));
        MemoryNeed vectors = MemoryNeed.requireVectors(recipe, data.splits().train().shape(), Long.MAX_VALUE);
        long need = MemoryNeed.require(vectors, recipe, network, data, Long.MAX_VALUE).here();
        assertThat(MemoryNeed.require(vectors, recipe, network, data, need).here()).isEqualTo(need);
        int half = recipe.data().batchSize() / 2;
        assertThatThrownBy(() -> MemoryNeed.require(vectors, recipe, network, data, need - 1)).isInstanceOf(MemoryException.class)
                .hasMessageContaining("need more memory than is free " + FreeMemory.place())
                .hasMessageContaining("Batches of " + half + " rows would fit: data.batch-size=" + half);
        assertThatThrownBy(() -> MemoryNeed.requireVectors(recipe, data.splits().train().shape(), 1000)).isInstanceOf(MemoryException.class)
                .hasMessageContaining("No batch size would fit");
    }
}
