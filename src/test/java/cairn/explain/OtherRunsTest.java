package cairn.explain;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.disk.RealDisk;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import cairn.run.Branch;
import cairn.run.Run;
import cairn.run.RunFiles;
import cairn.run.TrainOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of which something is missing, or is otherwise than usual. */
class OtherRunsTest {
    private static final String MOONS = """
            name: moons
            seed: 3
            data: {set: moons, rows: 300, noise: 0.1, batch-size: 32, validation: %s, test: 0.1%s}
            model: [dense: {units: 16}, tanh, dense: {units: 2}]
            optimizer: {rule: adam, learning-rate: %s}
            evaluate: {every: 1ep}
            """;

    @TempDir
    private Path root;

    private Path train(String name, String recipe, long steps) throws IOException {
        return IllRun.train(root, name, Recipe.parse(recipe, name), steps);
    }

    private static Explanation explain(Path run) throws IOException {
        return Explanation.of(run, IllRun.workspace(), Effort.USUAL);
    }

    private static List<Illness> illnesses(Explanation explanation) {
        return explanation.findings().stream().map(Finding::illness).toList();
    }

    @Test
    void aRunWithoutValidationRowsIsExplainedFromItsTraining() throws IOException {
        assertThat(illnesses(explain(train("healthy", MOONS.formatted("0", "", "0.02"), 150)))).isEmpty();
        assertThat(illnesses(explain(train("ill", MOONS.formatted("0", "", "20.0"), 100)))).startsWith(Illness.LEARNING_RATE_TOO_HIGH);
    }

    @Test
    void aHealthyRegressionHasNoFinding() throws IOException {
        IllData.into(root);
        assertThat(illnesses(explain(train("line", """
                name: line
                seed: 2
                data: {set: csv, file: %s, targets: [t], batch-size: 32, validation: 40, test: 40}
                model: [dense: {units: 32}, relu, dense: {units: 1}]
                loss: mean-squared-error
                optimizer: {rule: adam, learning-rate: 0.01}
                evaluate: {every: 1ep}
                """.formatted(root.resolve("line.csv").toString().replace('\\', '/')), 400)))).isEmpty();
    }

    /** What the parent did is no finding of the branch, and what would decide it begins where the branch begins. */
    @Test
    void aBranchIsExplainedByItsOwnSteps() throws IOException {
        Path parent = train("parent", MOONS.formatted("0.1", "", "0.02"), 120);
        Recipe recipe = Recipe.parse(MOONS.formatted("0.1", "", "50.0"), "ill");
        Path branch = root.resolve("branch");
        try (DirectoryStore store = DirectoryStore.reading(parent, new RealDisk())) {
            Checkpoint from = store.read(120);
            try (Run run = Branch.from(parent, from).with(recipe).into(branch, IllRun.workspace())) {
                run.train(TrainOptions.until(240));
            }
        }
        Explanation explanation = explain(branch);
        Finding first = explanation.findings().get(0);
        assertThat(first.illness()).isEqualTo(Illness.LEARNING_RATE_TOO_HIGH);
        assertThat(first.since()).isGreaterThanOrEqualTo(120);
        assertThat(first.decides()).first().isInstanceOfSatisfying(Next.Branch.class, b -> assertThat(b.step()).isEqualTo(120));
        assertThat(illnesses(explain(parent))).isEmpty();
    }

    @Test
    void aFaultThatTheRecoveryRuleHandledIsFoundInTheJournal() throws IOException {
        Explanation explanation = explain(train("recovered", MOONS.formatted("0.1", ", poison: {steps: [70], factor: 1.0e39}", "0.02")
                + "recovery: {}\n", 150));
        assertThat(explanation.findings()).singleElement().satisfies(f -> {
            assertThat(f.illness()).isEqualTo(Illness.NOT_FINITE);
            assertThat(f.since()).isEqualTo(71);
            assertThat(f.says()).contains("recovery rule");
        });
    }

    @Test
    void ofADamagedJournalTheRowsBeforeTheDamageCount() throws IOException {
        Path run = train("damaged", MOONS.formatted("0.1", "", "20.0"), 100);
        Path journal = run.resolve(RunFiles.JOURNAL);
        Files.writeString(journal, "no row at all\n1,2\n", StandardOpenOption.APPEND);
        Explanation explanation = explain(run);
        assertThat(illnesses(explanation)).startsWith(Illness.LEARNING_RATE_TOO_HIGH);
        assertThat(explanation.looks()).first().asString().contains("damaged", "step 100");
    }

    @Test
    void aRunWithoutAJournalHasNothingToExplain() throws IOException {
        Path run = train("silent", MOONS.formatted("0.1", "", "0.02"), 60);
        Files.delete(run.resolve(RunFiles.JOURNAL));
        Explanation explanation = explain(run);
        assertThat(explanation.findings()).isEmpty();
        assertThat(explanation.last()).isEqualTo(-1);
    }

    /** Without steps made again, less is found, and it is less sure. */
    @Test
    void aQuickExplanationSaysWhatTheJournalShows() throws IOException {
        Path run = IllRun.train(root, "iris", BuiltInRecipes.get("iris").with(List.of("optimizer.learning-rate=50.0")), 200);
        Explanation quick = Explanation.of(run, IllRun.workspace(), Effort.NONE);
        assertThat(quick.looks()).isEmpty();
        assertThat(quick.findings()).first().satisfies(f -> {
            assertThat(f.illness()).isEqualTo(Illness.LEARNING_RATE_TOO_HIGH);
            assertThat(f.certainty()).isEqualTo(Finding.Certainty.POSSIBLE);
        });
        assertThat(explain(run).findings()).first().satisfies(f -> assertThat(f.certainty()).isEqualTo(Finding.Certainty.CERTAIN));
    }

    @Test
    void whatIsTooFarFromACheckpointIsLeftOutAndSaid() throws IOException {
        Path run = train("far", MOONS.formatted("0.1", "", "0.02"), 150);
        Explanation explanation = Explanation.of(run, IllRun.workspace(), Effort.ofSteps(0));
        assertThat(explanation.looks()).contains("the beginning: step 0", "the end: step 150")
                .noneMatch(look -> look.contains("made again"));
    }
}
