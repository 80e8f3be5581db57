package cairn.train;

import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import cairn.state.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Tests whether this machine computes the same bits again. A small training, with matrices large enough for all threads, is made twice, and
 * once more in two parts.
 */
public final class SelfTest {
    private static final String RECIPE = """
            name: exactness
            seed: 7
            data: {set: blobs, rows: 640, classes: 4, batch-size: 128, validation: 64, test: 64}
            model:
              - dense: {units: 384}
              - batch-norm
              - relu
              - dropout: {rate: 0.3}
              - dense: {units: 384}
              - gelu
              - dense: {units: 4}
            optimizer: {rule: adam, learning-rate: 0.01}
            evaluate: {every: 1ep}
            """;

    /**
     * One claim that must hold.
     *
     * @param claim what was compared
     * @param expected the digest of one state
     * @param found the digest of the other state
     */
    public record Check(String claim, String expected, String found) {
        public boolean holds() {
            return expected.equals(found);
        }
    }

    private SelfTest() {
    }

    /** A small training in which nearly everything is used that could be inexact. */
    static Recipe recipe() {
        return Recipe.parse(RECIPE, "exactness");
    }

    /** Trains {@code steps} steps in several ways that must not differ; 20 steps take about a second. */
    public static List<Check> check(long steps) throws IOException {
        Recipe recipe = recipe();
        return check(recipe, TrainingData.open(recipe, DataFolders.of()), steps);
    }

    /** Tests {@code recipe} in this way. If one of its components keeps a value that is in no slot, the digests differ. */
    public static List<Check> check(Recipe recipe, TrainingData data, long steps) {
        List<Check> checks = new ArrayList<>();
        try (Trainer unbroken = Trainer.fresh(recipe, data); Trainer again = Trainer.fresh(recipe, data);
                Trainer resumed = Trainer.fresh(recipe, data)) {
            unbroken.trainTo(steps / 2);
            State middle = unbroken.snapshot();
            resumed.restore(middle);
            checks.add(check("restored in another trainer at step " + steps / 2, middle, resumed.snapshot()));
            unbroken.trainTo(steps);
            again.trainTo(steps);
            resumed.trainTo(steps);
            checks.add(check("trained twice to step " + steps, unbroken.snapshot(), again.snapshot()));
            checks.add(check("resumed at step " + steps / 2 + ", trained to step " + steps, unbroken.snapshot(), resumed.snapshot()));
            unbroken.restore(middle);
            unbroken.trainTo(steps);
            checks.add(check("rolled back to step " + steps / 2 + ", trained to step " + steps, again.snapshot(), unbroken.snapshot()));
        }
        return checks;
    }

    private static Check check(String claim, State expected, State found) {
        return new Check(claim, expected.digest(), found.digest());
    }
}
