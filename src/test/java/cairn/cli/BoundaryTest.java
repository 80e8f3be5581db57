package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Host;
import cairn.data.source.DataFolders;
import cairn.look.Boundary;
import cairn.look.RunView;
import cairn.run.Workspace;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command boundary. */
class BoundaryTest {
    @TempDir
    private static Path runs;

    @BeforeAll
    static void train() throws IOException {
        StringBuilder rows = new StringBuilder("length,<width>,kind,weight\n");
        for (int i = 0; i < 60; i++) {
            rows.append(i % 7).append(',').append(i % 4).append(',').append(i % 7 > i % 4 ? "tall" : "wide").append(',').append(i % 7 * 0.5)
                    .append('\n');
        }
        Files.writeString(runs.resolve("rows.csv"), rows);
        Files.writeString(runs.resolve("named.yaml"), """
                name: named
                data: {set: csv, file: rows.csv, label: kind, ignored: [weight], batch-size: 8, validation: 12, test: 8}
                model: [dense: {units: 6}, tanh, dense: {units: 2}]
                loss: softmax-cross-entropy
                average: {decay: 0.5}
                run: {epochs: 4, save-every: 1ep}
                """);
        Files.writeString(runs.resolve("real.yaml"), """
                name: real
                data: {set: csv, file: rows.csv, targets: [weight], ignored: [kind], batch-size: 8, validation: 12}
                model: [dense: {units: 1}]
                loss: mean-squared-error
                run: {epochs: 1}
                """);
        Cairn.on(runs, "train", runs.resolve("named.yaml").toString());
        Cairn.on(runs, "train", runs.resolve("named.yaml").toString(), "--run", "scores", "--set", "loss=mean-squared-error");
        Cairn.on(runs, "train", runs.resolve("real.yaml").toString());
        Cairn.on(runs, "train", "discs", "--epochs", "1", "--run", "labels");
        Cairn.on(runs, "train", "iris", "--epochs", "1");
    }

    private static JsonNode json(String step, int cells) {
        Cairn.Result result = Cairn.on(runs, "boundary", step, "--cells", Integer.toString(cells), "--json");
        assertThat(result.exit()).as(result.err()).isZero();
        return result.last();
    }

    /** Law: what is shown are the numbers of the look, which the page shows too. */
    @ParameterizedTest
    @ValueSource(strings = {"named", "scores", "labels"})
    void theNumbersAreThoseOfEveryOtherPlace(String run) throws IOException {
        JsonNode shown = json(run + "@5", 17);
        try (RunView view = RunView.open(runs.resolve(run), Workspace.of(DataFolders.of(runs), Host.plain(System.out, System.err).clocks()))) {
            String digest = view.goTo(5).digest();
            Boundary b = view.boundary(17).orElseThrow();
            assertThat(shown.get("digest").textValue()).isEqualTo(digest);
            assertThat(numbers(shown.get(b.areProbabilities() ? "probability" : "score"))).isEqualTo(b.probability());
            assertThat(numbers(shown.get("best")).stream().map(Double::intValue).toList()).isEqualTo(b.best());
            assertThat(shown.get("classes")).extracting(JsonNode::textValue).isEqualTo(b.names());
            assertThat(shown.get("rows")).hasSize(b.points().size());
            assertThat(b.areProbabilities()).isEqualTo(!run.equals("scores"));
        }
    }

    private static List<Double> numbers(JsonNode array) {
        List<Double> numbers = new ArrayList<>();
        array.forEach(n -> numbers.add(n.doubleValue()));
        return numbers;
    }

    /** The same rows of numbers, given to predict. */
    @Test
    void eachPointSaysWhatPredictSaysOfIt() throws IOException {
        JsonNode shown = json("named", 5);
        StringBuilder rows = new StringBuilder();
        for (int cell = 0; cell < 25; cell++) {
            rows.append(middle(shown.get("x"), cell % 5)).append(',').append(middle(shown.get("y"), cell / 5)).append('\n');
        }
        Path file = Files.writeString(runs.resolve("points.csv"), rows);
        List<JsonNode> predicted = Cairn.on(runs, "predict", "named", file.toString(), "--json").events("prediction");
        assertThat(predicted).hasSize(25);
        for (int cell = 0; cell < 25; cell++) {
            assertThat(shown.get("classes").get(shown.get("best").get(cell).intValue())).isEqualTo(predicted.get(cell).get("class"));
            assertThat(shown.get("probability").get(cell).doubleValue()).isCloseTo(predicted.get(cell).get("probability").doubleValue(), within(1e-6));
        }
    }

    private static double middle(JsonNode range, int i) {
        return range.get(0).doubleValue() + (i + 0.5) * (range.get(1).doubleValue() - range.get(0).doubleValue()) / 5;
    }

    @Test
    void theFigureNamesTheFeaturesTheClassesTheStepAndTheDigest() throws IOException {
        Path svg = runs.resolve("named.svg");
        Cairn.Result result = Cairn.on(runs, "boundary", "named@3", "-o", svg.toString());
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).contains("named@3, digest ", "length from ", "<width> from ", "tall", "wide", "figure: " + svg);
        String digest = json("named@3", 2).get("digest").textValue();
        assertThat(Files.readString(svg)).contains(">length</text>", ">&lt;width&gt;</text>", ">tall</text>", ">wide</text>",
                "named@3   digest " + digest.substring(0, 12) + "</text>");
        Path png = runs.resolve("labels.png");
        assertThat(Cairn.on(runs, "boundary", "labels", "-o", png.toString()).exit()).isZero();
        assertThat(ImageIO.read(new ByteArrayInputStream(Files.readAllBytes(png))).getWidth()).isEqualTo(1720);
        assertThat(Cairn.on(runs, "boundary", "scores").out()).contains("mean score").doesNotContain("probability");
    }

    @Test
    void aRunWithoutSuchAPlaneIsRefusedBeforeAnythingIsWritten() {
        Path file = runs.resolve("none.png");
        Cairn.Result iris = Cairn.on(runs, "boundary", "iris", "-o", file.toString());
        assertThat(iris.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(iris.err()).contains("the rows of run iris have 4 features; a boundary is shown of rows with two");
        Cairn.Result real = Cairn.on(runs, "boundary", "real", "-o", file.toString());
        assertThat(real.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(real.err()).contains("run real predicts numbers");
        assertThat(Cairn.on(runs, "boundary", "named", "--cells", "1").err()).contains("expected 2 to 400");
        assertThat(Cairn.on(runs, "boundary", "named", "--cells", "100000").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(Cairn.on(runs, "boundary", "nimed").err()).contains("did you mean 'named'?");
        assertThat(iris.out() + real.out()).isEmpty();
        assertThat(file).doesNotExist();
    }

    @Test
    void anEarlierFileIsNotReplaced() throws IOException {
        Path file = Files.write(runs.resolve("mine.png"), "mine".getBytes(StandardCharsets.UTF_8));
        Cairn.Result result = Cairn.on(runs, "boundary", "named", "-o", file.toString());
        assertThat(result.exit()).isNotZero();
        assertThat(result.out()).isEmpty();
        assertThat(Files.readString(file)).isEqualTo("mine");
    }
}
