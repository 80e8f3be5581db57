package cairn.look;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.cli.terminal.Host;
import cairn.data.DataSet;
import cairn.data.Rows;
import cairn.data.source.BuiltInData;
import cairn.data.source.DataFolders;
import cairn.look.curve.RunCurves;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Tanh;
import cairn.nn.loss.SigmoidCrossEntropy;
import cairn.nn.loss.SoftmaxCrossEntropy;
import cairn.optim.schedule.TrainingTime;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeBuilder;
import cairn.replay.ReplayListener;
import cairn.replay.RunReplay;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import cairn.state.ElementType;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same number everywhere, whatever the loss, the weights and the type of numbers; and a look writes nothing. */
class LookLawsTest {
    private static final Workspace WORKSPACE = Workspace.of(DataFolders.of(), Host.plain(System.out, System.err).clocks());

    @TempDir
    Path folder;

    private static RecipeBuilder points(String name) {
        return Recipe.named(name).data(new BuiltInData.Moons(300, 0.2, 1)).batchSize(32).model(Dense.of(8), new Tanh(), Dense.of(2))
                .evaluate(TrainingTime.steps(5), "loss");
    }

    static Stream<Recipe> recipes() {
        return Stream.of(points("plain").build(), points("double").dtype(Recipe.Precision.FLOAT64).build(),
                points("weighted").loss(new SoftmaxCrossEntropy(0.1, List.of(0.5, 3.0))).build(),
                Recipe.named("labels").data(new BuiltInData.Discs(300, 0.05, 1)).batchSize(32).model(Dense.of(8), new Tanh(), Dense.of(3))
                        .loss(new SigmoidCrossEntropy()).evaluate(TrainingTime.steps(5), "loss").build());
    }

    private Path train(Recipe recipe) throws IOException {
        Path path = folder.resolve(recipe.name());
        try (Run run = Run.create(path, recipe, WORKSPACE)) {
            run.train(TrainOptions.until(20).save("10").keep("all"));
        }
        return path;
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void theMeanOfTheRowsLossesIsTheLossOfTheEvaluation(Recipe recipe) throws IOException {
        try (RunView view = RunView.open(train(recipe), WORKSPACE)) {
            view.goTo(13);
            for (Part part : Part.values()) {
                RowTable all = view.rows(part, new RowChoice.First(Integer.MAX_VALUE));
                assertThat(all.weighted()).isEqualTo(recipe.name().equals("weighted"));
                assertThat(all.rows().stream().mapToDouble(RowTable.Row::loss).average().orElseThrow())
                        .isCloseTo(view.measures(part).get("loss").value(), within(1e-12));
                assertThat(all.loss()).isEqualTo(view.measures(part).get("loss").value());
                List<Integer> some = all.rows().stream().map(RowTable.Row::row).skip(7).limit(5).toList();
                assertThat(view.losses(part, some)).isEqualTo(view.rows(part, new RowChoice.These(some)).rows().stream()
                        .map(RowTable.Row::loss).toList());
            }
        }
    }

    /** Without class weights nothing is multiplied, so single losses are the evaluation's to the bit: so is the mean of one row. */
    @Test
    void theEvaluationOfTheJournalIsThatOfTheRows() throws IOException {
        try (RunView view = RunView.open(train(points("plain").build()), WORKSPACE)) {
            view.goTo(20);
            double recorded = RunCurves.of(folder.resolve("plain"), WORKSPACE.disk()).curves().values().stream()
                    .filter(c -> c.name().contains("evaluation/loss")).findFirst().map(c -> c.value(c.size() - 1)).orElseThrow();
            assertThat(view.rows(Part.VALIDATION, new RowChoice.Worst(1)).loss()).isEqualTo(recorded);
        }
    }

    @Test
    void aRowNumberIsThatOfTheDataSetThatWasReadInEveryPart() throws IOException {
        Recipe recipe = points("plain").build();
        DataSet read = recipe.data().set().open(DataFolders.of()).train();
        try (RunView view = RunView.open(train(recipe), WORKSPACE)) {
            view.goTo(20);
            for (Part part : Part.values()) {
                DataSet rows = view.data().rows(part.text());
                List<RowTable.Row> all = view.rows(part, new RowChoice.First(Integer.MAX_VALUE)).rows();
                for (int i = 0; i < all.size(); i++) {
                    int number = all.get(i).row();
                    assertThat(number).isEqualTo(Rows.sourceRow(rows, i));
                    assertThat(all.get(i).label()).isEqualTo(read.labels().names().get(read.label(number)));
                    assertThat(view.partOf(number)).contains(part);
                }
            }
            List<RowTable.Row> worst = view.rows(Part.TRAIN, new RowChoice.Worst(5)).rows();
            assertThat(worst).isSortedAccordingTo((a, b) -> Double.compare(b.loss(), a.loss()));
            long wrong = view.rows(Part.TRAIN, new RowChoice.Wrong(1000)).rows().size();
            assertThat(wrong).isEqualTo(view.size(Part.TRAIN) - view.confusion(Part.TRAIN).orElseThrow().correct());
        }
    }

    @Test
    void aLookChangesNoByteOfTheRun() throws IOException {
        Path run = train(points("plain").build());
        Map<String, String> before = content(run);
        try (RunView view = RunView.open(run, WORKSPACE)) {
            view.goTo(13);
            view.layers();
            view.measures(Part.TEST);
            view.boundary(9);
            view.tensors();
            view.goTo(4);
        }
        try (RunReplay replay = RunReplay.reading(run, WORKSPACE)) {
            Watcher.watch(replay, 3, 17, EnumSet.allOf(Watched.Kind.class), Optional.empty(), ReplayListener.NONE);
        }
        assertThat(content(run)).isEqualTo(before);
    }

    private static Map<String, String> content(Path run) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> all = Files.walk(run)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                content.put(file.toString(), Arrays.toString(Files.readAllBytes(file)));
            }
        }
        return content;
    }

    @Test
    void whatIsWatchedIsWhatWasTrainedAndHasTheNormsOfTheStatistics() throws IOException {
        Path run = train(points("plain").build());
        Watched watched;
        try (RunReplay replay = RunReplay.reading(run, WORKSPACE)) {
            watched = Watcher.watch(replay, 13, 13, EnumSet.allOf(Watched.Kind.class), Optional.empty(), ReplayListener.NONE);
        }
        assertThat(watched.proof().isIdentical()).isTrue();
        assertThat(watched.proof().states()).isPositive();
        try (RunView view = RunView.open(run, WORKSPACE)) {
            view.goTo(13);
            watched.samples().stream().filter(s -> s.kind() == Watched.Kind.GRADIENTS).forEach(s -> {
                try {
                    assertThat(s.numbers().norm()).isEqualTo(view.layers().get("gradient-norm/" + s.name()));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            TensorView weight = view.tensor("0.dense/weight");
            TensorView bias = view.tensor("0.dense/bias");
            Summary weights = watched.samples().stream().filter(s -> s.kind() == Watched.Kind.WEIGHTS && s.name().equals("0.dense"))
                    .findFirst().orElseThrow().numbers();
            assertThat(weights.count()).isEqualTo(weight.size() + bias.size());
            assertThat(weights.least()).isEqualTo(Math.min(weight.least(), bias.least()));
        }
    }

    @Property(tries = 200)
    void theBarsOfAHistogramHoldEveryFiniteNumberOnce(@ForAll @Size(min = 1, max = 60) double[] numbers) {
        Summary summary = Summary.of(numbers);
        Histogram histogram = Histogram.of(i -> numbers[i], numbers.length, summary.least(), summary.greatest());
        assertThat(histogram.total()).isEqualTo(summary.count() - summary.notFinite());
        assertThat(histogram.edges()).isSorted();
    }

    @Property(tries = 200)
    void twoSummariesTogetherAreTheSummaryOfAllNumbers(@ForAll @Size(max = 30) float[] a, @ForAll @Size(max = 30) float[] b) {
        double[] first = IntStream.range(0, a.length).mapToDouble(i -> a[i] / 1e30).toArray();
        double[] second = IntStream.range(0, b.length).mapToDouble(i -> b[i] / 1e30).toArray();
        Summary all = Summary.of(Stream.of(first, second).flatMapToDouble(Arrays::stream).toArray());
        Summary both = Summary.of(first).and(Summary.of(second));
        assertThat(both.count()).isEqualTo(all.count());
        assertThat(both.zeros()).isEqualTo(all.zeros());
        if (all.count() > 0) {
            double size = Math.max(1, Math.max(Math.abs(all.least()), Math.abs(all.greatest())));
            assertThat(both.mean()).isCloseTo(all.mean(), within(1e-12 * size));
            assertThat(both.deviation()).isCloseTo(all.deviation(), within(1e-7 * size));
        }
    }

    @Test
    void tilesAreCutByFilterAndTheirScaleIsTheGreatestWeight() {
        // W[p,q,c,f] = 100 f + 10 c + (2 p + q), two channels, three filters.
        ByteBuffer bytes = ByteBuffer.allocate(2 * 2 * 2 * 3 * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int p = 0; p < 4; p++) {
            for (int c = 0; c < 2; c++) {
                for (int f = 0; f < 3; f++) {
                    bytes.putFloat(100 * f + 10 * c + p);
                }
            }
        }
        Value.Tensor tensor = new Value.Tensor(ElementType.F32, new long[] {2, 2, 2, 3}, bytes.flip());
        Tiles tiles = TileCut.of("model/0.conv2d/weight", tensor, new long[] {8, 8, 2}, true).orElseThrow();
        assertThat(tiles.scale()).isEqualTo(213);
        assertThat(tiles.tiles()).hasSize(6);
        assertThat(tiles.tiles().get(3)).containsExactly(110f, 111f, 112f, 113f);
        assertThat(tiles.png()).startsWith(0x89, 'P', 'N', 'G');
    }

    @Test
    void theBoundarySaysWhatTheModelPredictsThere() throws IOException {
        try (RunView view = RunView.open(train(points("plain").build()), WORKSPACE)) {
            view.goTo(20);
            Boundary fine = view.boundary(101).orElseThrow();
            RowTable rows = view.rows(Part.TEST, new RowChoice.First(Integer.MAX_VALUE));
            long agree = fine.points().stream().filter(p -> p.part() == Part.TEST).filter(p -> {
                int i = (int) ((p.x() - fine.x().from()) / (fine.x().to() - fine.x().from()) * 101);
                int j = (int) ((p.y() - fine.y().from()) / (fine.y().to() - fine.y().from()) * 101);
                RowTable.Row row = rows.rows().stream().filter(r -> r.row() == p.row()).findFirst().orElseThrow();
                return fine.names().get(fine.best().get(j * 101 + i)).equals(row.prediction());
            }).count();
            // A row may lie in a cell that the boundary crosses.
            assertThat(agree).isGreaterThanOrEqualTo((long) (0.95 * rows.size()));
            assertThat(view.measures(Part.TEST)).containsKey("accuracy");
        }
    }
}
