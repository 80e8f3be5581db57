package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands watch, rows and data show. */
class SeeTest {
    @TempDir
    private static Path runs;

    @BeforeAll
    static void train() {
        Cairn.on(runs, "train", "iris", "--run", "plain", "--epochs", "2");
        Cairn.on(runs, "train", "iris", "--run", "weighted", "--epochs", "2", "--set", "loss.label-smoothing=0.1",
                "--set", "loss.class-weights=[1, 2, 5]");
        Cairn.on(runs, "train", "iris", "--run", "doubles", "--epochs", "2", "--set", "dtype=float64");
        Cairn.on(runs, "train", "discs", "--run", "labels", "--epochs", "1");
    }

    private static Path file(String name) {
        return runs.resolve(name);
    }

    @Test
    void theMeanLossOfTheRowsIsTheLossThatEvaluateSays() {
        for (String run : List.of("plain", "weighted", "doubles", "labels")) {
            List<JsonNode> rows = Cairn.on(runs, "rows", run, "--worst", "10000", "--json").events("row");
            JsonNode evaluation = Cairn.on(runs, "evaluate", run, "--split", "validation", "--json").last();
            assertThat(rows).as(run).hasSize(evaluation.get("rows").intValue());
            double mean = rows.stream().mapToDouble(row -> row.get("loss").doubleValue()).average().orElseThrow();
            assertThat(mean).as(run).isCloseTo(evaluation.get("loss").doubleValue(), within(1e-6));
        }
    }

    @Test
    void aFigureOfRowsThatAreNoImagesIsRefusedBeforeAnythingIsPrinted() {
        Cairn.Result rows = Cairn.on(runs, "rows", "plain", "-o", file("rows.png").toString());
        assertThat(rows.exit()).isEqualTo(2);
        assertThat(rows.out()).doesNotContain("prediction");
        Cairn.Result data = Cairn.run("data", "show", "iris", "3", "-o", file("iris.png").toString());
        assertThat(data.exit()).isEqualTo(2);
        assertThat(data.out()).isEmpty();
        assertThat(file("rows.png")).doesNotExist();
        assertThat(file("iris.png")).doesNotExist();
    }

    @Test
    void noUpdateLedToTheFirstStepSoThereIsNothingToDraw() {
        Cairn.Result result = Cairn.on(runs, "watch", "plain", "--at", "0..0", "-o", file("none.svg").toString());
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("nothing to draw").doesNotContain("should not happen");
        assertThat(file("none.svg")).doesNotExist();
    }

    @Test
    void stepsLayersAndRowsThatDoNotExistAreNamed() {
        assertThat(Cairn.on(runs, "watch", "plain", "--at", "99").err()).contains("trained to step 12");
        assertThat(Cairn.on(runs, "watch", "plain", "--at", "3", "--layer", "9.dense").err()).contains("did you mean '0.dense'?");
        assertThat(Cairn.on(runs, "rows", "plain", "--rows", "150").err()).contains("no row 150 in iris");
        assertThat(Cairn.on(runs, "rows", "plain", "--rows", "0..999999999").err()).contains("more than 10000 rows");
        assertThat(Cairn.run("data", "show", "iris", "150").err()).contains("rows 0 to 149");
    }
}
