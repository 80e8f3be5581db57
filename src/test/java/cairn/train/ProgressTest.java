package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.recipe.Position;
import cairn.recipe.Recipe;
import cairn.run.StopRule;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final Recipe.Evaluate MONITORED = Recipe.parse("""
            name: monitored
            data: {set: blobs, rows: 80, classes: 3}
            model: [dense: {units: 3}]
            optimizer: {rule: sgd, learning-rate: 0.1}
            """, "test").evaluate();

    /** Without a finite evaluation there is no best one, and no step of it. */
    @Test
    void patienceEndsWithTheStepOfTheBestOrWithoutOne() {
        StopRule patience = StopRule.patience(2);
        for (double never : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            Progress progress = new Progress(MONITORED, Optional.empty());
            progress.record(1, never);
            assertThat(patience.met(new Position(1, 10), progress)).isEmpty();
            progress.record(2, never);
            assertThat(patience.met(new Position(2, 10), progress)).contains("none of 2 evaluations was finite");
        }
        Progress progress = new Progress(MONITORED, Optional.empty());
        progress.record(1, 0.5);
        progress.record(2, Double.NaN);
        progress.record(3, 0.6);
        assertThat(patience.met(new Position(3, 10), progress)).contains("no improvement in 2 evaluations; best at step 1");
    }
}
