package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.cli.terminal.Host;
import cairn.data.source.DataFolders;
import cairn.disk.RealDisk;
import cairn.look.Part;
import cairn.look.RowChoice;
import cairn.look.RunView;
import cairn.look.curve.Curve;
import cairn.look.curve.RunCurves;
import cairn.metrics.Estimate;
import cairn.run.Workspace;
import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows, an evaluation, the page's look, a file of the log and the journal say one number, whatever the run. */
class SameNumberTest {
    @TempDir
    private static Path runs;

    @BeforeAll
    static void train() throws IOException {
        StringBuilder rows = new StringBuilder("a,b,heavy,light\n");
        for (int i = 0; i < 50; i++) {
            rows.append(i % 7).append(',').append(i % 4).append(',').append(1000 + 90 * (i % 7)).append(',').append((i % 4) / 4000.0).append('\n');
        }
        Files.writeString(runs.resolve("rows.csv"), rows);
        for (int i = 0; i < 24; i++) {
            BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
            for (int p = 0; p < 16; p++) {
                image.setRGB(p % 4, p / 4, i % 2 == 0 ? 0xff0000 + 997 * i * p : 0x0000ff + 65_537 * (i + p));
            }
            Path folder = Files.createDirectories(runs.resolve("images").resolve(i % 2 == 0 ? "red" : "blue"));
            ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
        }
        train("numbers", "data: {set: csv, file: rows.csv, targets: [heavy, light], normalize-targets: standardize, batch-size: 9, validation: 15}",
                "[dense: {units: 5}, tanh, dense: {units: 2}]", "mean-squared-error");
        train("absolute", "data: {set: csv, file: rows.csv, targets: [heavy], normalize-targets: standardize, batch-size: 9, validation: 15}",
                "[dense: {units: 5}, tanh, dense: {units: 1}]", "mean-absolute-error");
        train("colours", "data: {set: image-folder, folder: images, batch-size: 5, validation: 7, augment: {flip: true}}",
                "[conv2d: {filters: 3, kernel: 3}, relu, flatten, dense: {units: 2}]", "softmax-cross-entropy");
        train("doubles", "data: {set: discs, rows: 90, batch-size: 9, validation: 15}", "[dense: {units: 3}]",
                "sigmoid-cross-entropy\ndtype: float64");
        train("weighted", "data: {set: moons, rows: 90, batch-size: 9, validation: 15}", "[dense: {units: 4}, tanh, dense: {units: 2}]",
                "{rule: softmax-cross-entropy, class-weights: [5.0, 0.5], label-smoothing: 0.1}\naverage: {decay: 0.5}");
        train("ends-in-nan", "data: {set: moons, rows: 90, batch-size: 9, validation: 15, poison: {steps: [7], factor: 1.0e39}}",
                "[dense: {units: 2}]", "softmax-cross-entropy");
        run("branch", "weighted@4", "branched", "--set", "optimizer.learning-rate=0.05");
        run("resume", "branched", "--steps", "11");
        Cairn.copy(runs, Files.createDirectory(runs.resolve("copy")), "weighted");
        Files.move(runs.resolve("copy/weighted"), runs.resolve("back"));
        run("rollback", "back", "--to", "4");
        run("resume", "back", "--steps", "9");
        // A person may give the folder of a run any name.
        for (String name : List.of("zwölf Läufe", "-x", "a'b", "5 % & <more>")) {
            Cairn.copy(runs, runs.resolve("copy"), "colours");
            Files.move(runs.resolve("copy/colours"), runs.resolve(name));
        }
    }

    private static void train(String name, String data, String model, String loss) throws IOException {
        Path recipe = Files.writeString(runs.resolve(name + ".yaml"), """
                name: %s
                %s
                model: %s
                loss: %s
                run: {epochs: 2, save-every: 4, keep: all}
                evaluate: {every: 2}
                """.formatted(name, data, model, loss));
        Cairn.Result result = Cairn.on(runs, "train", recipe.toString());
        assertThat(result.exit() == 0 || name.equals("ends-in-nan")).as(name + ": " + result.err()).isTrue();
    }

    private static void run(String... args) {
        Cairn.Result result = Cairn.on(runs, args);
        assertThat(result.exit()).as(List.of(args) + ": " + result.err()).isZero();
    }

    /** What stands behind -- is no option, even if it begins with a dash. */
    private static List<JsonNode> json(String command, String of, String... options) {
        List<String> words = new ArrayList<>(List.of(command, "--json", "--dir", runs.toString()));
        words.addAll(List.of(options));
        words.addAll(List.of("--", of));
        Cairn.Result result = Cairn.run(words.toArray(String[]::new));
        assertThat(result.exit()).as(words + ": " + result.err()).isZero();
        return result.lines();
    }

    static List<String> runs() {
        return List.of("numbers", "absolute", "colours", "doubles", "weighted", "ends-in-nan", "branched", "back", "zwölf Läufe", "-x", "a'b",
                "5 % & <more>");
    }

    @ParameterizedTest
    @MethodSource("runs")
    void aLossIsTheSameInEveryPlace(String run) throws IOException {
        // A step between two checkpoints, and one whose evaluation was recorded.
        for (long step : List.of(5L, 4L)) {
            String at = run + "@" + step;
            List<JsonNode> rows = json("rows", at, "--worst", "10000").stream().filter(e -> e.get("event").textValue().equals("row")).toList();
            double mean = rows.stream().mapToDouble(row -> row.get("loss").doubleValue()).average().orElseThrow();
            try (RunView view = RunView.open(runs.resolve(run), Workspace.of(DataFolders.of(runs), Host.plain(System.out, System.err).clocks()))) {
                view.goTo(step);
                double looked = view.measures(Part.VALIDATION).get("loss").value();
                assertThat(view.rows(Part.VALIDATION, new RowChoice.First(Integer.MAX_VALUE)).loss()).isEqualTo(looked);
                assertThat(mean).isCloseTo(looked, within(1e-9 * (1 + looked)));
                if (step == 4) {
                    evaluated(view, run, at);
                }
            }
        }
    }

    private static void evaluated(RunView view, String run, String at) throws IOException {
        List<JsonNode> lines = json("evaluate", at, "--split", "validation");
        JsonNode evaluation = lines.get(lines.size() - 1);
        assertThat(view.measures(Part.VALIDATION)).isNotEmpty().allSatisfy((measure, estimate) ->
                assertThat(evaluation.get(measure.replace('-', '_')).doubleValue()).as(measure).isEqualTo(estimate.value()));
        RunCurves curves = RunCurves.of(runs.resolve(run), new RealDisk());
        List<JsonNode> log = json("log", run).stream().filter(e -> e.path("step").asLong() == 4).toList();
        int compared = 0;
        for (Map.Entry<String, Estimate> measure : view.measures(Part.VALIDATION).entrySet()) {
            String series = "evaluation/" + measure.getKey();
            Curve curve = curves.curve(series).orElseThrow();
            int place = Arrays.binarySearch(curve.steps(), 4);
            if (place >= 0) {
                assertThat(curve.value(place)).as(series).isEqualTo(measure.getValue().value());
                assertThat(log).as(series).anyMatch(line -> line.path(series).isNumber()
                        && line.get(series).doubleValue() == measure.getValue().value());
                compared++;
            }
        }
        assertThat(compared).isPositive();
    }
}
