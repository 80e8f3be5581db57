package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.data.source.DataFolders;
import cairn.disk.RealDisk;
import cairn.recipe.Recipe;
import cairn.state.State;
import cairn.state.Value;
import cairn.train.StateConstants;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run of a version that split the validation rows at random where there were test rows. What it was trained on stays its training rows,
 * for every command.
 */
class EarlierSplitTest {
    private static final Path RECIPE = Path.of("old.yaml");

    @TempDir
    private Path folder;

    private double validationLoss;
    private String digest;

    /** Makes the run "old" with checkpoints as an earlier version has stored them, and no record of which rows it was trained on. */
    @BeforeEach
    void makeOldRun() throws IOException {
        StringBuilder rows = new StringBuilder("x,y,kind\n");
        for (int i = 0; i < 48; i++) {
            rows.append(i % 7 - 3).append(',').append(i % 5 - 2).append(',').append((char) ('a' + i / 8)).append('\n');
        }
        Files.writeString(folder.resolve("train.csv"), rows);
        Files.writeString(folder.resolve("test.csv"), rows);
        Files.writeString(folder.resolve(RECIPE), """
                name: old
                seed: 1
                data: {set: csv, file: train.csv, test-file: test.csv, label: kind, batch-size: 8, validation: 6}
                model: [{dense: {units: 6}}]
                optimizer: {rule: adam, learning-rate: 0.05}
                """);
        assertThat(cairn("train", folder.resolve(RECIPE).toString(), "--steps", "4", "--save-every", "2", "--keep", "all").exit()).isZero();
        Recipe recipe = Recipe.parse(Files.readString(folder.resolve("runs/old/recipe.yaml")), "old");
        DataFolders folders = DataFolders.of(folder);
        TrainingData now = TrainingData.open(recipe, folders);
        TrainingData earlier = TrainingData.open(recipe, folders,
                State.of(Map.of(StateConstants.DATA_DIGEST, new Value.Text(now.digest()))));
        assertThat(now.splits().hasRowsOf(earlier.splits())).isFalse();
        Map<String, String> facts;
        try (DirectoryStore store = DirectoryStore.reading(folder.resolve("runs/old"), new RealDisk())) {
            facts = store.read(0).facts();
        }
        try (Stream<Path> files = Files.list(folder.resolve("runs/old"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".safetensors") || f.endsWith("journal.csv")).toList()) {
                Files.delete(file);
            }
        }
        try (Trainer trainer = Trainer.fresh(recipe, earlier);
                DirectoryStore store = DirectoryStore.writing(folder.resolve("runs/old"), new RealDisk())) {
            for (int step = 0; step <= 4; step += 2) {
                trainer.trainTo(step);
                store.commit(new Checkpoint(step, trainer.snapshot(), facts, Map.of()));
            }
            validationLoss = trainer.evaluate(earlier.splits().validation()).loss().value();
            trainer.trainTo(9);
            digest = trainer.snapshot().digest();
        }
    }

    private Cairn.Result cairn(String... arguments) {
        return Cairn.run(Stream.concat(Stream.of(arguments),
                Stream.of("--json", "--dir", folder.resolve("runs").toString())).toArray(String[]::new));
    }

    private static double loss(Cairn.Result result) {
        assertThat(result.exit()).as(result.err()).isZero();
        return result.events("evaluation").get(0).get("loss").doubleValue();
    }

    @Test
    void itIsResumedWithItsRows() {
        assertThat(cairn("resume", "old", "--steps", "9").digest()).isEqualTo(digest);
    }

    @Test
    void itIsEvaluatedOnItsRows() {
        assertThat(loss(cairn("evaluate", "old@4", "--split", "validation"))).isEqualTo(validationLoss);
    }

    @Test
    void aBranchAndAReplayKeepItsRows() {
        assertThat(cairn("goto", "old", "3").exit()).isZero();
        Cairn.Result branch = cairn("branch", "old@4", "new");
        assertThat(branch.exit()).as(branch.err()).isZero();
        assertThat(cairn("resume", "new", "--steps", "9").digest()).isEqualTo(digest);
        Cairn.Result compared = cairn("compare", "old@4", "new@4", "--split", "validation");
        assertThat(compared.exit()).as(compared.err()).isZero();
    }
}
