package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.cli.terminal.ExitCode;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code compare}. */
class CompareTest {
    @TempDir
    private static Path temporary;

    @BeforeAll
    static void train() {
        cairn("train", "iris", "--epochs", "8", "--save-every", "2ep", "--keep", "all");
        cairn("branch", "iris@12", "slower", "--set", "optimizer.learning-rate=0.0001");
        cairn("resume", "slower", "--epochs", "8");
    }

    private static Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, args);
    }

    @Test
    void twoModelsAreMeasuredAsEvaluateMeasuresThemAndTested() {
        Cairn.Result result = cairn("compare", "iris", "slower", "--json");
        assertThat(result.exit()).as(result.err()).isZero();
        List<JsonNode> models = result.events("comparison");
        assertThat(models).extracting(m -> m.get("model").textValue()).containsExactly("iris@48", "slower@48");
        for (JsonNode model : models) {
            JsonNode alone = cairn("evaluate", model.get("model").textValue(), "--json").last();
            assertThat(model.get("accuracy")).isEqualTo(alone.get("accuracy"));
            assertThat(model.get("loss")).isEqualTo(alone.get("loss"));
        }
        JsonNode second = models.get(1);
        assertThat(second.get("test").textValue()).isEqualTo("McNemar");
        assertThat(second.get("compared_with").textValue()).isEqualTo("iris@48");
        assertThat(second.get("difference").doubleValue())
                .isCloseTo(second.get("accuracy").doubleValue() - models.get(0).get("accuracy").doubleValue(), within(1e-12));
        assertThat((second.get("only_this_right").longValue() - second.get("only_first_right").longValue()) / 30.0)
                .isCloseTo(second.get("difference").doubleValue(), within(1e-12));
        assertThat(second.get("p").doubleValue()).isBetween(0.0, 1.0);
        assertThat(second.get("relative_distance").doubleValue()).isPositive();
        assertThat(cairn("compare", "iris@12", "slower@12", "--json").last().get("relative_distance").doubleValue()).isZero();
        assertThat(cairn("compare", "iris", "slower").out()).contains("McNemar").contains("iris@48").contains(" : ");
    }

    @Test
    void everyCheckpointOfARunIsMeasuredAndDrawn() throws IOException {
        Path svg = temporary.resolve("iris.svg");
        Cairn.Result result = cairn("compare", "iris", "--all", "--plot", svg.toString());
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out().lines().map(l -> l.split(" ")[0]).filter(l -> l.startsWith("iris@")))
                .containsExactly("iris@48", "iris@36", "iris@24", "iris@12", "iris@0");
        assertThat(Files.readString(svg)).contains("<svg");
        Path png = temporary.resolve("both.png");
        assertThat(cairn("compare", "iris@0", "iris", "slower", "--measure", "loss", "--split", "validation", "--plot",
                png.toString()).exit()).isZero();
        assertThat(ImageIO.read(png.toFile()).getWidth()).isGreaterThan(100);
    }

    @Test
    void aFigureNeverReplacesAFile() throws IOException {
        Path notes = temporary.resolve("notes.svg");
        Files.writeString(notes, "mine");
        Cairn.Result result = cairn("compare", "iris", "--all", "--plot", notes.toString());
        assertThat(result.exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.out()).as("refused before anything is computed").isEmpty();
        assertThat(result.err()).contains(notes.toString(), "it exists, and is not replaced");
        assertThat(notes).hasContent("mine");
        assertThat(cairn("compare", "iris", "--all", "--plot", temporary.resolve("no/x.svg").toString()).err()).contains("there is no folder");
    }

    @Test
    void modelsOfRealNumbersArePairedByTheirLosses() throws IOException {
        StringBuilder rows = new StringBuilder("x,y\n");
        for (int i = 0; i < 60; i++) {
            rows.append(i / 10.0).append(',').append(Math.sin(i / 10.0)).append('\n');
        }
        Path csv = Files.writeString(temporary.resolve("sine.csv"), rows);
        Path recipe = Files.writeString(temporary.resolve("sine.yaml"), """
                name: sine
                data: {set: csv, file: %s, targets: [y], batch-size: 16}
                model: [{dense: {units: 8}}, tanh, {dense: {units: 1}}]
                loss: mean-squared-error
                """.formatted(csv.toAbsolutePath()));
        assertThat(cairn("train", recipe.toString(), "--epochs", "30", "--keep", "all").exit()).isZero();
        JsonNode last = cairn("compare", "sine@0", "sine", "--json").last();
        assertThat(last.get("test").textValue()).isEqualTo("paired t");
        assertThat(last.get("difference").doubleValue()).isNegative();
        assertThat(last.get("p").doubleValue()).isBetween(0.0, 0.5);
        assertThat(cairn("compare", "sine@0", "sine").out()).contains("Student").doesNotContain("right alone");
    }

    @Test
    void modelsThatWereTestedOnOtherRowsAreRefused() {
        cairn("branch", "iris@12", "seeded", "--set", "seed=7");
        Cairn.Result result = cairn("compare", "iris", "seeded");
        assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("their test rows differ").contains("seed");
        assertThat(cairn("compare", "iris").err()).contains("nothing to compare").contains("--all");
        assertThat(cairn("compare", "iris@12", "--all").err()).contains("leave out what follows the name");
        assertThat(cairn("compare", "iris", "slower", "--plot", "x.gif").err()).contains(".svg or .png");
        assertThat(cairn("compare", "iris", "slower", "--measure", "acuracy").err()).contains("did you mean 'accuracy'?");
    }
}
