package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import cairn.recipe.Recipe;
import cairn.tensor.device.Backend;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The garbage of a step on the training thread, counted to the byte, after the JVM has compiled the step. */
@Tag("cpu")
class StepGarbageTest {
    private static final String MLP = "flatten, {dense: {units: 32}}, relu, {dense: {units: 10}}";
    private static final String CNN = "{conv2d: {filters: 4, kernel: 3, padding: same}}, relu, max-pool2d, flatten, {dense: {units: 10}}";
    private static final int WARM_UP = 4000;
    private static final int STEPS = 1000;
    private static final int MOST_BYTES = 1024;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(strings = {MLP, CNN})
    void aStepLeavesLessThanAKibibyteOfGarbage(String model) throws IOException {
        // On a GPU, operations run through ND4J's executioner, which leaves more. It leaves no memory that ND4J must free.
        assumeFalse(Backend.isDevice());
        try (Trainer trainer = Trainer.fresh(recipe(model))) {
            for (int i = 0; i < WARM_UP; i++) {
                trainer.step();
            }
            long before = allocated();
            for (int i = 0; i < STEPS; i++) {
                trainer.step();
            }
            assertThat((allocated() - before) / STEPS).as("bytes per step").isLessThan(MOST_BYTES);
        }
    }

    private static long allocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static Recipe recipe(String model) {
        return Recipe.parse("""
                name: garbage
                seed: 1
                data: {set: digits, batch-size: 64}
                model: [%s]
                optimizer: {rule: adam, learning-rate: 0.001}
                evaluate: {every: 10000ep}
                """.formatted(model), "garbage");
    }
}
