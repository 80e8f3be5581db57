package cairn.look;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.cli.terminal.Host;
import cairn.data.source.BuiltInData;
import cairn.data.source.DataFolders;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Tanh;
import cairn.optim.schedule.TrainingTime;
import cairn.recipe.Recipe;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every step of a run can be looked at, saved or not. */
class RunViewTest {
    private static final Workspace WORKSPACE = Workspace.of(DataFolders.of(), Host.plain(System.out, System.err).clocks());
    private static final Recipe RECIPE = Recipe.named("moons").data(new BuiltInData.Moons(120, 0.1, 1)).batchSize(16)
            .model(Dense.of(8), new Tanh(), Dense.of(2)).evaluate(TrainingTime.steps(4), "loss").build();

    @TempDir
    static Path folder;

    @BeforeAll
    static void train() throws IOException {
        try (Run run = Run.create(folder.resolve("moons"), RECIPE, WORKSPACE)) {
            run.train(TrainOptions.until(40).save("10").keep("all"));
        }
    }

    private static RunView open() throws IOException {
        return RunView.open(folder.resolve("moons"), WORKSPACE);
    }

    @Test
    void aSavedStepIsRestoredAndEqualsItsRecord() throws IOException {
        try (RunView view = open()) {
            Reached reached = view.goTo(20);
            assertThat(reached.from()).isEqualTo(20);
            assertThat(reached.replayed()).isZero();
            assertThat(reached.isEqual()).contains(true);
            assertThat(view.oldest()).isZero();
            assertThat(view.newest()).isEqualTo(40);
        }
    }

    @Test
    void aStepThatWasNeverSavedIsMadeAgainFromTheNearestStateAndIsNearAfterwards() throws IOException {
        try (RunView view = open()) {
            Reached first = view.goTo(27);
            assertThat(first.from()).isEqualTo(20);
            assertThat(first.replayed()).isEqualTo(7);
            assertThat(first.isEqual()).isEmpty();
            assertThat(view.goTo(28).from()).isEqualTo(27);
            assertThat(view.goTo(27)).isEqualTo(new Reached(27, first.digest(), first.recorded(), 27, 0));
        }
    }

    @Test
    void beforeAnyStepThereIsNothingToLookAt() throws IOException {
        try (RunView view = open()) {
            assertThatThrownBy(view::tensors).hasMessageContaining("no step was reached yet");
            assertThatThrownBy(() -> view.goTo(41)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("trained to step 40");
        }
    }

    @Test
    void theMeanOfTheRowsLossesIsTheLossOfTheEvaluation() throws IOException {
        try (RunView view = open()) {
            view.goTo(33);
            for (Part part : Part.values()) {
                RowTable table = view.rows(part, new RowChoice.First(Integer.MAX_VALUE));
                double mean = table.rows().stream().mapToDouble(RowTable.Row::loss).average().orElseThrow();
                assertThat(mean).isCloseTo(view.measures(part).get("loss").value(), org.assertj.core.data.Offset.offset(1e-12));
            }
        }
    }

    @Test
    void theLayersAreThoseOfTheUpdateThatLedToTheStep() throws IOException {
        try (RunView view = open()) {
            String digest = view.goTo(20).digest();
            assertThat(view.layers().keySet()).contains("gradient-norm/0.dense", "update-ratio/2.dense", "saturated/1.tanh");
            assertThat(view.goTo(20).digest()).isEqualTo(digest);
            view.goTo(0);
            assertThat(view.layers()).isEmpty();
        }
    }

    /** So the way back to a stored step, before which all steps would have to be made again, is short. */
    @Test
    void whatAnUpdateMadeIsMeasuredOnceForEachState() throws IOException {
        try (RunView view = open()) {
            view.goTo(20);
            Map<String, Double> first = view.layers();
            view.goTo(33);
            assertThat(view.layers()).isNotEqualTo(first);
            view.goTo(20);
            assertThat(view.layers()).isSameAs(first);
            try (RunView other = open()) {
                other.goTo(20);
                assertThat(other.layers()).isEqualTo(first);
            }
        }
    }

    @Test
    void theBoundaryHasAProbabilityForEachCellAndEveryRow() throws IOException {
        try (RunView view = open()) {
            view.goTo(40);
            Boundary boundary = view.boundary(12).orElseThrow();
            assertThat(boundary.best()).hasSize(144).contains(0, 1);
            assertThat(boundary.probability()).allMatch(p -> p >= 0.5 && p <= 1);
            assertThat(boundary.points()).hasSize(120);
        }
    }

    @Test
    void aTensorIsFoundByItsPathAndUnknownOnesNameTheNearest() throws IOException {
        try (RunView view = open()) {
            view.goTo(40);
            TensorView weight = view.tensor("0.dense/weight");
            assertThat(weight.path()).isEqualTo("model/0.dense/weight");
            assertThat(weight.shape()).isEqualTo(List.of(2L, 8L));
            assertThat(weight.histogram().total()).isEqualTo(16);
            assertThat(view.tiles(weight)).isEmpty();
            assertThatThrownBy(() -> view.tensor("0.dense/wieght")).hasMessageContaining("did you mean '0.dense/weight'");
        }
    }
}
