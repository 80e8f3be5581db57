package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import cairn.checkpoint.InMemoryStore;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.recipe.Recipe;
import cairn.run.Event;
import cairn.run.TrainOptions;
import cairn.run.TrainingLoop;
import cairn.tensor.device.Backend;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The garbage of a step on the training thread, counted to the byte, after the JVM has compiled the step. */
@Tag("cpu")
class StepGarbageTest {
    private static final String MLP = "flatten, {dense: {units: 32}}, relu, {dense: {units: 10}}";
    private static final String CNN = "{conv2d: {filters: 4, kernel: 3, padding: same}}, relu, max-pool2d, flatten, {dense: {units: 10}}";
    private static final int WARM_UP = 4000;
    private static final int STEPS = 1000;
    /** Of a step: two keys, the report, the attempt; and four bytes a row for the order of the epoch. */
    private static final int MOST_BYTES = 1024;
    /** With the events of a loop. How many of them the compiler avoids depends on what else this process has done. */
    private static final int MOST_BYTES_OF_LOOP = 2048;

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

    /** Events, rules and clocks included; and nothing of it stays. */
    @Test
    void aLoopLeavesLessThanTwoKibibytesOfGarbageAStep() throws IOException {
        assumeFalse(Backend.isDevice());
        long[] counted = new long[2];
        try (Trainer trainer = Trainer.fresh(recipe(MLP))) {
            TrainOptions options = TrainOptions.until(WARM_UP + STEPS + 1).save("end").observers(event -> {
                if (event instanceof Event.Stepped && event.position().step() == WARM_UP) {
                    counted[0] = allocated();
                } else if (event instanceof Event.Stepped && event.position().step() == WARM_UP + STEPS) {
                    counted[1] = allocated();
                }
            });
            new TrainingLoop(trainer, options, RetentionPolicy.parse("all", Ranking.min("loss")), new InMemoryStore(), Map::of,
                    System::nanoTime).run();
        }
        assertThat((counted[1] - counted[0]) / STEPS).as("bytes per step").isBetween(1L, (long) MOST_BYTES_OF_LOOP);
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
