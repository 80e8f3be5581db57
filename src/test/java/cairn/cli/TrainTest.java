package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train} and {@code resume}. */
class TrainTest {
    @TempDir
    private Path temporary;

    private String dir;

    @BeforeEach
    void place() {
        dir = temporary.resolve("runs").toString();
    }

    private Cairn.Result cairn(String... args) {
        return Cairn.run(Stream.concat(Stream.of(args), Stream.of("--dir", dir)).toArray(String[]::new));
    }

    @Test
    void jsonHasALineForEachEvaluationAndCheckpointAndOneForTheEnd() {
        Cairn.Result result = cairn("train", "iris", "--epochs", "4", "--save-every", "2ep", "--json");
        assertThat(result.exit()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.events("evaluation")).hasSize(4).allSatisfy(e -> {
            assertThat(e.get("run").textValue()).isEqualTo("iris");
            assertThat(e.get("rows").intValue()).isEqualTo(24);
            assertThat(e.get("accuracy").doubleValue()).isBetween(e.get("accuracy_interval").get(0).doubleValue(),
                    e.get("accuracy_interval").get(1).doubleValue());
        });
        assertThat(result.events("checkpoint")).extracting(e -> e.get("step").longValue()).containsExactly(0L, 12L, 24L);
        JsonNode end = result.last();
        assertThat(end.get("event").textValue()).isEqualTo("end");
        assertThat(end.get("run").textValue()).isEqualTo("iris");
        assertThat(end.get("step").longValue()).isEqualTo(24);
        assertThat(end.get("epoch").doubleValue()).isEqualTo(4);
        assertThat(end.get("digest").textValue()).matches("[0-9a-f]{64}")
                .isEqualTo(result.events("checkpoint").get(2).get("digest").textValue());
        assertThat(end.get("train_loss").doubleValue()).isPositive();
        assertThat(end.get("test_accuracy").doubleValue()).isBetween(0.0, 1.0);
    }

    @Test
    void peopleGetALineForEachEvaluationAndCheckpointAndTheDigestAtTheEnd() {
        Cairn.Result result = cairn("train", "iris", "--epochs", "2");
        assertThat(result.exit()).isZero();
        List<String> lines = result.out().lines().toList();
        assertThat(lines).anyMatch(l -> l.matches("recipe +iris [0-9a-f]{12}, 131 parameters"))
                .anyMatch(l -> l.matches("rows +96 to train, 24 to validate, 30 to test"))
                .anyMatch(l -> l.matches("saved .*step-000000000000.safetensors [0-9.]+ kB [0-9a-f]{12}"))
                .anyMatch(l -> l.matches(" +6 +1 +[0-9.]+ +[0-9.]+ % +[0-9.]+ +[0-9.]+ % \\[.*\\]  best"))
                .anyMatch(l -> l.matches("test +accuracy +[0-9.]+ % .*"));
        assertThat(lines.get(lines.size() - 2)).matches("digest [0-9a-f]{64} at step 12");
        assertThat(lines.get(lines.size() - 1)).startsWith("see it: cairn plot iris");
    }

    @Test
    void stoppedAndResumedIsTheSameAsUnbroken() {
        String unbroken = digest(cairn("train", "iris", "--run", "unbroken", "--epochs", "3", "--json"));
        cairn("train", "iris", "--steps", "7", "--save-every", "1", "--keep", "all");
        cairn("resume", "iris", "--steps", "11", "--save-every", "end");
        Cairn.Result resumed = cairn("resume", "iris", "--epochs", "3", "--save-every", "end", "--json");
        assertThat(digest(resumed)).isEqualTo(unbroken);
        assertThat(resumed.events("checkpoint")).extracting(e -> e.get("step").longValue()).containsExactly(18L);
    }

    @Test
    void howOftenIsSavedAndWhatIsObservedChangesNothing() {
        String json = digest(cairn("train", "iris", "--run", "a", "--epochs", "2", "--json"));
        Cairn.Result text = cairn("train", "iris", "--run", "b", "--epochs", "2", "--save-every", "1,best", "--keep", "last:1");
        assertThat(text.out()).contains("digest " + json + " at step 12");
    }

    @Test
    void resumeTrainsToTheEndOfTheRecipe() {
        cairn("train", "iris", "--steps", "5");
        assertThat(cairn("resume", "iris", "--steps", "4").out()).contains("nothing to do: the run is at step 5");
        Cairn.Result result = cairn("resume", "iris", "--json");
        assertThat(result.last().get("step").longValue()).as("the length that train was given").isEqualTo(5);
    }

    @Test
    void resumeWithNothingToDoSaysSoAndStillEndsWithTheDigest() {
        Cairn.Result first = cairn("train", "iris", "--steps", "5", "--json");
        Cairn.Result again = cairn("resume", "iris", "--steps", "3", "--json");
        assertThat(again.exit()).isZero();
        assertThat(again.events("checkpoint")).isEmpty();
        assertThat(again.last().get("digest")).isEqualTo(first.last().get("digest"));
        assertThat(again.last().get("train_loss")).as("from the journal").isEqualTo(first.last().get("train_loss"));
        assertThat(again.last().get("test_accuracy")).isEqualTo(first.last().get("test_accuracy"));
    }

    @Test
    void trainOnAnExistingRunIsRefusedWithTwoWaysToContinue() throws IOException {
        cairn("train", "iris", "--run", "mine", "--steps", "2");
        Cairn.Result again = cairn("train", "iris", "--run", "mine", "--steps", "2");
        assertThat(again.exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(again.err()).contains("exists already").contains("cairn resume mine --dir " + dir)
                .contains("cairn train iris --run mine-2 --dir " + dir).doesNotContain("\tat ");
        cairn("train", "iris", "--steps", "2", "--run", "mine-2");
        assertThat(cairn("train", "iris", "--run", "mine").err()).contains("--run mine-3");

        Files.createDirectories(Path.of(dir, "photos"));
        Files.writeString(Path.of(dir, "photos", "cat.png"), "");
        Cairn.Result foreign = cairn("train", "iris", "--run", "photos");
        assertThat(foreign.exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(foreign.err()).contains("is not a run").doesNotContain("cairn resume");
    }

    /** The same command can be run any number of times, and never changes an existing run. */
    @Test
    void trainWithoutANameTakesAFreeOneAndKeepsTheOld() throws IOException {
        String first = digest(cairn("train", "iris", "--steps", "2", "--json"));
        byte[] kept = Files.readAllBytes(Path.of(dir, "iris", "step-000000000002.safetensors"));
        Cairn.Result again = cairn("train", "iris", "--steps", "2", "--json");
        assertThat(digest(again)).isEqualTo(first);
        assertThat(again.last().get("run").textValue()).isEqualTo("iris-2");
        assertThat(again.err()).contains("iris is taken").contains("called iris-2").contains("cairn resume iris --dir " + dir);
        assertThat(Path.of(dir, "iris", "step-000000000002.safetensors")).hasBinaryContent(kept);
        try (var writing = cairn.checkpoint.RunFolder.create(Path.of(dir, "iris-3"), new cairn.disk.RealDisk())) {
            assertThat(cairn("train", "iris", "--steps", "2", "--json").last().get("run").textValue()).as("another is making iris-3")
                    .isEqualTo("iris-4");
            assertThat(writing.store().steps()).isEmpty();
        }
    }

    @Test
    void aRunThatIsBeingTrainedIsRefused() throws IOException {
        cairn("train", "iris", "--steps", "2");
        try (var writing = cairn.checkpoint.RunFolder.resume(Path.of(dir, "iris"), new cairn.disk.RealDisk())) {
            Cairn.Result second = cairn("resume", "iris", "--steps", "3");
            assertThat(second.exit()).isEqualTo(ExitCode.REFUSED);
            assertThat(second.err()).contains("is being written by");
            assertThat(writing.store().steps()).containsExactly(0L, 2L);
        }
    }

    @Test
    void settingsAndSeedChangeTheRecipeAndItsDigest() throws IOException {
        String plain = digest(cairn("train", "iris", "--run", "plain", "--steps", "3", "--json"));
        String seeded = digest(cairn("train", "iris", "--run", "seeded", "--steps", "3", "--json", "--seed", "7"));
        String set = digest(cairn("train", "iris", "--run", "set", "--steps", "3", "--json", "--set", "optimizer.learning-rate=0.02",
                "--set", "data.batch-size=8"));
        assertThat(List.of(plain, seeded, set)).doesNotHaveDuplicates();
        assertThat(Files.readString(Path.of(dir, "set", "recipe.yaml"))).contains("0.02").contains("batch-size: 8");
    }

    @Test
    void aRecipeFromAFileIsTheSameAsItsBuiltInOriginal() throws IOException {
        Path file = temporary.resolve("mine.yaml");
        Files.writeString(file, Cairn.run("recipes", "iris").out());
        String ours = digest(cairn("train", "iris", "--steps", "3", "--json"));
        assertThat(digest(cairn("train", file.toString(), "--run", "mine", "--steps", "3", "--json"))).isEqualTo(ours);
    }

    @Test
    void aRecipeThatDoesNotFitItsDataIsRefusedBeforeTraining() {
        Cairn.Result result = cairn("train", "iris", "--set", "model.2.units=2");
        assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("model").contains("2 outputs for 3 classes");
        assertThat(Path.of(dir, "iris")).as("nothing is left").doesNotExist();
        assertThat(cairn("train", "iris", "--run", "iris", "--steps", "1").exit()).as("the name is still free").isZero();
    }

    @Test
    void aDamagedNewestCheckpointIsNotUsedAndTrainedAgain() throws IOException {
        String digest = digest(cairn("train", "iris", "--epochs", "3", "--save-every", "1ep", "--keep", "all", "--json"));
        Path newest = Path.of(dir, "iris", "step-000000000018.safetensors");
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length - 5] ^= 1;
        Files.write(newest, bytes);
        assertThat(cairn("checkpoints", "iris").exit()).as("headers are sound").isZero();
        assertThat(cairn("show", "iris@18", "--verify").exit()).isEqualTo(ExitCode.FAILED);
        Cairn.Result refused = cairn("resume", "iris", "--no-fallback", "--json");
        assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(refused.err()).contains("damaged").contains("step-000000000018").contains("Nothing was changed");
        assertThat(newest).as("left as it is").hasBinaryContent(bytes);
        Cairn.Result resumed = cairn("resume", "iris", "--json");
        assertThat(resumed.err()).contains("damaged").contains("step-000000000018");
        assertThat(digest(resumed)).isEqualTo(digest);
        assertThat(cairn("show", "iris@18", "--verify").exit()).isZero();
    }

    @Test
    void anUnreadableCheckpointIsListedAsSuch() throws IOException {
        cairn("train", "iris", "--steps", "2");
        Files.writeString(Path.of(dir, "iris", "step-000000000001.safetensors"), "not a checkpoint");
        Cairn.Result list = cairn("checkpoints", "iris", "--json");
        assertThat(list.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(list.events("checkpoint")).hasSize(2);
        assertThat(list.events("unreadable")).hasSize(1);
        assertThat(list.err()).contains("step-000000000001").doesNotContain("\tat ");
    }

    @Test
    void aDifferentEnvironmentIsNoted() throws IOException {
        cairn("train", "iris", "--steps", "2");
        assertThat(cairn("resume", "iris", "--steps", "3").out()).containsPattern("grade +exact");
        Path folder = Path.of(dir, "iris");
        try (var run = cairn.checkpoint.RunFolder.resume(folder, new cairn.disk.RealDisk())) {
            var newest = run.store().read(3);
            run.store().delete(3);
            Map<String, String> facts = new java.util.LinkedHashMap<>(newest.facts());
            facts.put("threads", "96");
            run.store().commit(new cairn.checkpoint.format.Checkpoint(3, newest.state(), facts, newest.metrics()));
        }
        Cairn.Result refused = cairn("resume", "iris", "--steps", "4", "--require", "exact");
        assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(refused.err()).contains("from step 3").contains("threads 96 -> ").contains("OMP_NUM_THREADS=96")
                .contains("Nothing was changed");
        assertThat(cairn("resume", "iris", "--require", "most").err()).contains("expected exact or same-data");
        Cairn.Result other = cairn("resume", "iris", "--steps", "4");
        assertThat(other.err()).contains("different arithmetic (threads 96 -> ").contains("bits may differ");
        assertThat(other.out()).containsPattern("grade +same data, different arithmetic");
        Cairn.Result next = cairn("resume", "iris", "--steps", "5", "--require", "exact", "--json");
        assertThat(next.last().get("grade").textValue()).as("from a checkpoint of this machine").isEqualTo("exact");
        assertThat(next.last().get("grade_reasons")).isEmpty();
    }

    @Test
    void aTrainingThatAddsInNoFixedOrderSaysSoAndIsNeverExact() throws IOException {
        String recipe = Files.writeString(Path.of(dir).resolveSibling("scattered.yaml"), """
                name: scattered
                data: {set: moons, rows: 150, noise: 0.1, batch-size: 13}
                model: [{dense: {units: 4}}, scattering, {dense: {units: 2}}]
                """).toString();
        Cairn.Result begun = cairn("train", recipe, "--steps", "2");
        assertThat(begun.exit()).as(begun.err()).isZero();
        assertThat(begun.err()).contains("the run starts with the same data, but some of its additions come in no fixed order"
                + " (unordered-additions scattering_bp)");
        Cairn.Result refused = cairn("resume", "scattered", "--steps", "3", "--require", "exact");
        assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(refused.err()).contains("unordered-additions scattering_bp").contains("nothing helps this training");
        Cairn.Result resumed = cairn("resume", "scattered", "--steps", "3", "--json");
        assertThat(resumed.last().get("grade").textValue()).isEqualTo("same-data");
        assertThat(resumed.last().get("grade_reasons").get(0).textValue()).isEqualTo("unordered-additions scattering_bp");
    }

    @Test
    void patienceStopsAndSaysWhy() {
        Cairn.Result result = cairn("train", "iris", "--patience", "2", "--set", "optimizer.learning-rate=5.0", "--json");
        assertThat(result.exit()).isZero();
        assertThat(result.last().get("reason").textValue()).contains("no improvement in 2 evaluations");
    }

    @Test
    void aLossThatIsNotFiniteFailsAndTheStateBeforeItIsKept() {
        Cairn.Result result = cairn("train", "iris", "--set", "optimizer={rule: sgd, learning-rate: 1.0e39}", "--json");
        assertThat(result.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(result.last().get("message").textValue()).contains("the update would make model/0.dense/weight Infinity")
                .contains("learning rate");
        long failedAt = result.events("checkpoint").get(result.events("checkpoint").size() - 1).get("step").longValue();
        assertThat(cairn("checkpoints", "iris", "--json").last().get("step").longValue()).isEqualTo(failedAt);
    }

    @Test
    void dataIsLookedForInTheNamedFolder() throws IOException {
        Path sets = temporary.resolve("sets");
        Files.createDirectories(sets.resolve("iris"));
        String csv = Files.readString(Path.of("datasets/iris/iris.csv"));
        Files.writeString(sets.resolve("iris/iris.csv"), csv.replaceFirst("5\\.1", "5.2"), StandardOpenOption.CREATE);
        String ours = digest(cairn("train", "iris", "--run", "a", "--steps", "1", "--json"));
        assertThat(digest(cairn("train", "iris", "--run", "b", "--steps", "1", "--json", "--data", sets.toString()))).isNotEqualTo(ours);
        assertThat(cairn("resume", "b", "--steps", "2").exit()).as("the run remembers where").isZero();
        assertThat(cairn("evaluate", "b").exit()).isZero();
        Files.delete(sets.resolve("iris/iris.csv"));
        Cairn.Result other = cairn("resume", "b", "--steps", "3");
        assertThat(other.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(other.err()).contains("data/digest").contains("The rows of the data set differ");
        Cairn.Result evaluated = cairn("evaluate", "b");
        assertThat(evaluated.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(evaluated.err()).contains("data/digest");
    }

    @Test
    void dataIsLookedForBesideTheRecipeAndFoundAgain() throws IOException {
        Path beside = Files.createDirectories(temporary.resolve("mine"));
        Files.copy(Path.of("datasets/iris/iris.csv"), beside.resolve("flowers.csv"));
        Files.writeString(beside.resolve("mine.yaml"), """
                name: mine
                data: {set: csv, file: flowers.csv, label: species, batch-size: 16}
                model: [dense: {units: 3}]
                optimizer: {rule: sgd, learning-rate: 0.1}
                """);
        assertThat(cairn("train", beside.resolve("mine.yaml").toString(), "--steps", "3").exit()).isZero();
        assertThat(cairn("resume", "mine", "--steps", "5").exit()).isZero();
        assertThat(cairn("evaluate", "mine").exit()).isZero();
        Files.delete(beside.resolve("flowers.csv"));
        Cairn.Result gone = cairn("resume", "mine", "--steps", "7");
        assertThat(gone.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(gone.err()).contains("cannot find the data flowers.csv").contains(beside.resolve("flowers.csv").toString());
    }

    @Test
    void theEndSaysWhatSavingCostAndWhatAutoChose() {
        Cairn.Result text = cairn("train", "iris", "--run", "a", "--epochs", "3", "--save-every", "1ep,auto");
        assertThat(text.out())
                .containsPattern("\\d saves stopped the training for [0-9.]+ m?s of [0-9.]+ m?s \\([0-9.]+ %\\); writing took")
                .containsPattern("auto: every \\d+ steps?, .*, because a save costs .* and a step .*s");
        JsonNode end = cairn("train", "iris", "--run", "b", "--epochs", "3", "--save-every", "1ep,auto:1h:50%", "--json").last();
        assertThat(end.get("saves").longValue()).isGreaterThanOrEqualTo(4);
        assertThat(end.get("save_held_seconds").doubleValue()).isPositive();
        assertThat(end.get("save_write_seconds").doubleValue()).isPositive();
        assertThat(end.get("save_overhead").doubleValue()).isBetween(0.0, 1.0);
        double step = end.get("auto_seconds_per_step").doubleValue();
        assertThat(end.get("auto_steps").longValue()).isEqualTo(Math.max(1, Math.round(end.get("auto_seconds").doubleValue() / step)));
        assertThat(cairn("train", "iris", "--run", "c", "--steps", "3", "--json").last().has("auto_steps")).isFalse();
    }

    @Test
    void theBeginningSaysHowMuchDiskAndMemoryItTakesAndWarns() {
        Cairn.Result small = cairn("train", "iris", "--run", "a", "--steps", "2", "--save-every", "1", "--keep", "last:2");
        assertThat(small.out()).containsPattern("save +every 1, keep last:2; [0-9.]+ kB each, at most 3 on disk and 2 in memory");
        assertThat(small.err()).isEmpty();
        Cairn.Result large = cairn("train", "iris", "--run", "b", "--steps", "900000000000000", "--save-every", "1", "--keep", "all",
                "--patience", "1", "--set", "optimizer.learning-rate=5.0");
        assertThat(large.exit()).isZero();
        assertThat(large.err()).contains("keeping all may come to 900000000000001 checkpoints").contains("the disk has")
                .contains("last:3,best:1");
    }

    @Test
    void theCommandToContinueHasTheArgumentsThatTheRunDoesNotRemember() throws IOException {
        Path sets = Files.createDirectories(temporary.resolve("my sets"));
        cairn("train", "iris", "--steps", "6", "--set", "data.test=0");
        Cairn.Result resumed = cairn("resume", "iris", "--epochs", "2", "--save-every", "end", "--on-save-error", "continue", "--data",
                sets.toString());
        assertThat(resumed.out())
                .contains("continue with: cairn resume iris --epochs 2 --save-every end --on-save-error continue --data '" + sets
                + "' --dir " + dir);
    }

    @Test
    void aScheduleThatHasEndedIsNoted() {
        String[] ending = {"--set", "schedule={rule: cosine, over: 2ep}"};
        Cairn.Result whole = cairn("train", "iris", "--epochs", "2", ending[0], ending[1]);
        assertThat(whole.err()).isEmpty();
        Cairn.Result more = cairn("resume", "iris", "--epochs", "4");
        assertThat(more.exit()).isZero();
        assertThat(more.err()).contains("learning rate is 0 from step 12 on").contains("step 24").contains("longer schedule");
        assertThat(cairn("train", "iris", "--run", "long", "--epochs", "4", ending[0], ending[1]).err()).contains("from step 12 on");
    }

    @Test
    void bestIsExplainedIfTheBestStepIsNotSaved() {
        Cairn.Result trained = cairn("train", "iris", "--epochs", "5", "--save-every", "at:1", "--keep", "all",
                "--set", "optimizer.learning-rate=0.5", "--set", "evaluate.every=5", "--json");
        long best = trained.last().get("best_step").longValue();
        assertThat(best).as("no end of the run, or this test says nothing").isBetween(1L, 29L);
        assertThat(cairn("show", "iris@30").err()).isEmpty();
        Cairn.Result shown = cairn("show", "iris@best", "--json");
        assertThat(shown.last().get("step").longValue()).isEqualTo(30);
        assertThat(shown.err()).contains("iris was best at step " + best + ", which is not saved. iris@best is step 30");
        assertThat(cairn("resume", "iris").out()).contains("at step " + best + ", which is not saved");
    }

    @Test
    void onATerminalABarIsDrawnAndRemoved() {
        Terminal narrow = new Terminal() {
            @Override
            public boolean showsErr() {
                return true;
            }

            @Override
            public int width() {
                return 60;
            }

            @Override
            public boolean canDraw(char c) {
                return c < 128;
            }
        };
        Cairn.Result result = Cairn.run(narrow, Map.of(), "train", "iris", "--epochs", "3", "--json", "--dir", dir);
        assertThat(result.exit()).isZero();
        assertThat(result.last().get("step").longValue()).isEqualTo(18);
        String[] drawn = result.err().split("\r");
        assertThat(drawn).allMatch(line -> line.length() < 60).anyMatch(line -> line.contains("18/18")).anyMatch(line -> line.contains("loss "));
        assertThat(result.err()).as("nothing is left of it").endsWith("\r" + " ".repeat(59) + "\r");
    }

    private static String digest(Cairn.Result result) {
        assertThat(result.exit()).as(result.err()).isZero();
        return result.last().get("digest").textValue();
    }
}
