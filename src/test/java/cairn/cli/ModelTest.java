package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Terminal;
import cairn.tensor.device.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that use a trained model: evaluate, predict, doctor. */
class ModelTest {
    @TempDir
    private static Path temporary;

    private static Cairn.Result trained;

    @BeforeAll
    static void train() {
        trained = cairn("train", "iris", "--epochs", "20", "--json");
    }

    private static Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, args);
    }

    private static Path file(String name, String... lines) throws IOException {
        return Files.write(temporary.resolve(name), List.of(lines));
    }

    @Test
    void evaluateMeasuresWhatTrainMeasuredAtItsEnd() {
        JsonNode measured = cairn("evaluate", "iris", "--json").last();
        assertThat(measured.get("accuracy")).isEqualTo(trained.last().get("test_accuracy"));
        assertThat(measured.get("loss")).isEqualTo(trained.last().get("test_loss"));
        assertThat(measured.get("rows").longValue()).isEqualTo(30);
        assertThat(measured.get("classes")).hasSize(3);
        long counted = 0;
        for (JsonNode row : measured.get("confusion")) {
            for (JsonNode cell : row) {
                counted += cell.longValue();
            }
        }
        assertThat(counted).isEqualTo(30);
        assertThat(cairn("evaluate", "iris").out()).contains("accuracy").contains("versicolor").contains("is \\ predicted");
        assertThat(cairn("evaluate", "iris", "--split", "train").out()).contains("96 train rows");
    }

    @Test
    void theStateItselfIsTheSameAfterAnEvaluation() {
        String before = cairn("checkpoints", "iris", "--json").out();
        cairn("evaluate", "iris@best");
        assertThat(cairn("checkpoints", "iris", "--json").out()).isEqualTo(before);
    }

    @Test
    void rowsOfACsvFileArePredictedWithOrWithoutAHeader() throws IOException {
        Path bare = file("bare.csv", "5.1,3.5,1.4,0.2", "7.7,2.8,6.7,2.0");
        Cairn.Result result = cairn("predict", "iris", bare.toString(), "--json");
        assertThat(result.exit()).isZero();
        assertThat(result.lines()).extracting(l -> l.get("class").textValue()).containsExactly("setosa", "virginica");
        assertThat(result.lines()).allSatisfy(l -> {
            assertThat(l.get("probability").doubleValue()).isBetween(1.0 / 3, 1.0);
            assertThat(l.get("runner_up_probability").doubleValue()).isBetween(0.0, l.get("probability").doubleValue());
        });
        Path headed = file("headed.csv", "petal-width-cm,sepal-length-cm,sepal-width-cm,petal-length-cm", "0.2,5.1,3.5,1.4",
                "2.0,7.7,2.8,6.7");
        assertThat(cairn("predict", "iris", headed.toString(), "--json").out()).isEqualTo(result.out());
        assertThat(cairn("predict", "iris", bare.toString()).out()).contains("setosa").contains(" %");
    }

    @Test
    void rowsOfAnotherShapeAreRefusedWithWhatIsExpected() throws IOException {
        assertThat(cairn("predict", "iris", "datasets/iris/iris.csv", "--json").lines()).hasSize(150);
        Cairn.Result wide = cairn("predict", "iris", file("wide.csv", "1,2,3,4,5,6").toString());
        assertThat(wide.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(wide.err()).contains("line 1").contains("expected 4 features").contains("all 5 columns").contains("found 6 values");
        Cairn.Result others = cairn("predict", "iris", file("others.csv", "a,b,c,d", "1,2,3,4").toString());
        assertThat(others.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(others.err()).contains("not known: [a, b, c, d]").contains("missing: [sepal-length-cm");
        Cairn.Result missing = cairn("predict", "iris", temporary.resolve("none.csv").toString());
        assertThat(missing.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(missing.err()).contains("there is no ").contains("none.csv");
    }

    @Test
    void imagesArePredictedIfTheyHaveTheModelsSize() throws IOException {
        cairn("train", "digits", "--steps", "3");
        Path folder = Files.createDirectories(temporary.resolve("images"));
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY), "png", folder.resolve("b.png").toFile());
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", folder.resolve("a.png").toFile());
        Cairn.Result result = cairn("predict", "digits", folder.toString(), "--json");
        assertThat(result.lines()).extracting(l -> l.get("input").textValue()).containsExactly("a.png", "b.png");
        assertThat(result.lines().get(0).get("class")).isEqualTo(result.lines().get(1).get("class"));
        ImageIO.write(new BufferedImage(28, 20, BufferedImage.TYPE_BYTE_GRAY), "png", folder.resolve("c.png").toFile());
        Cairn.Result wrong = cairn("predict", "digits", folder.resolve("c.png").toString());
        assertThat(wrong.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(wrong.err()).contains("expected 8 x 8").contains("found 20 x 28");
        assertThat(cairn("predict", "iris", folder.resolve("a.png").toString()).err()).contains("rows of 4 numbers, not images");
    }

    @Test
    void aChangedRecipeIsNotTheModelsOwn() throws IOException {
        cairn("train", "iris", "--run", "edited", "--steps", "2");
        Path recipe = temporary.resolve("edited/recipe.yaml");
        Files.writeString(recipe, Files.readString(recipe).replace("seed: 42", "seed: 43"));
        Cairn.Result result = cairn("evaluate", "edited");
        assertThat(result.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("recipe/digest").contains("Put back the recipe.yaml");
    }

    @Test
    void doctorFindsThisMachineExactAndWarnsOfTheEnvironment() {
        Cairn.Result good = Cairn.run(Terminal.NONE,
                Map.of("OMP_WAIT_POLICY", "PASSIVE", "GOMP_SPINCOUNT", "3000", "OPENBLAS_THREAD_TIMEOUT", "4"), "doctor");
        assertThat(good.exit()).isZero();
        assertThat(good.out()).contains("onednn").contains("exact    trained twice").doesNotContain("warning").doesNotContain("DIFFERS");
        Cairn.Result bad = Cairn.run(Terminal.NONE, Map.of("OMP_WAIT_POLICY", "active", "GOMP_SPINCOUNT", "", "OPENBLAS_THREAD_TIMEOUT", ""),
                "doctor", "--json");
        assertThat(bad.exit()).as("slow is not wrong").isZero();
        assertThat(bad.events("variable")).filteredOn(v -> v.has("advice")).extracting(v -> v.get("name").textValue())
                .containsExactly("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OPENBLAS_THREAD_TIMEOUT");
        assertThat(bad.events("check")).hasSize(4).allMatch(c -> c.get("holds").booleanValue());
        assertThat(bad.last().get("exact").booleanValue()).isTrue();
    }

    @Test
    void doctorSaysWhichVariablesCairnHasSet() {
        Cairn.Result result = Cairn.run("doctor", "--json");
        assertThat(result.events("variable")).filteredOn(v -> v.get("added").booleanValue())
                .extracting(v -> v.get("name").textValue() + "=" + v.get("value").textValue())
                .containsExactlyElementsOf(Backend.addedVariables().entrySet().stream().filter(e -> !e.getKey().startsWith("MKL"))
                        .map(Map.Entry::toString).toList());
        assertThat(result.events("variable")).filteredOn(v -> v.get("added").booleanValue()).noneMatch(v -> v.has("advice"));
    }
}
