package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Normalization;
import cairn.data.Rows;
import cairn.data.Table;
import cairn.data.source.BuiltInData;
import cairn.data.source.DataFolders;
import cairn.data.source.LoadedData;
import cairn.nn.layer.Dense;
import cairn.recipe.Recipe;
import cairn.recipe.SplitSize;
import cairn.state.RestoreException;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** How the rows of a recipe are split. */
class TrainingDataTest {

    private static Recipe recipe(int validation, int test, long seed) {
        return Recipe.named("split").seed(seed).data(new BuiltInData.Iris()).validation(SplitSize.of(validation)).test(SplitSize.of(test))
                .model(Dense.of(6)).build();
    }

    /** {@code each} rows of each of 6 classes; row i has the feature i. */
    private static Table rows(int each) {
        int n = 6 * each;
        float[] features = new float[n];
        int[] labels = new int[n];
        for (int i = 0; i < n; i++) {
            features[i] = i;
            labels[i] = i % 6;
        }
        return Table.ofFloats("six", new long[] {1}, features, Labels.Classes.numbered(6), labels);
    }

    /** The validation rows have each class within one of its share, with and without test rows of their own, and are then the same. */
    @Property(tries = 100)
    void testRowsOfTheirOwnDoNotChangeTheCut(@ForAll @IntRange(min = 2, max = 40) int each, @ForAll @IntRange(max = 60) int validation,
            @ForAll long seed) {
        Assume.that(validation < 6 * each);
        Recipe recipe = recipe(validation, 0, seed);
        TrainingData alone = TrainingData.cut(recipe, LoadedData.whole(rows(each)));
        TrainingData with = TrainingData.cut(recipe, new LoadedData(rows(each), Optional.of(rows(3))));
        assertThat(with.splits().hasRowsOf(alone.splits())).isTrue();
        assertThat(with.splits().test().size()).isEqualTo(18);
        DataSet validated = with.splits().validation();
        for (int c = 0; c < 6; c++) {
            int kind = c;
            double share = validation / 6.0;
            assertThat((double) IntStream.range(0, validated.size()).filter(row -> validated.label(row) == kind).count())
                    .isBetween(share - 1.0001, share + 1.0001);
        }
    }

    /** A state without the new constant has the rows that the earlier versions gave it, for every later use of it. */
    @Property(tries = 50)
    void aStateOfAnEarlierVersionKeepsItsRows(@ForAll @IntRange(min = 2, max = 20) int each, @ForAll @IntRange(min = 1, max = 11) int validation,
            @ForAll long seed) {
        LoadedData loaded = new LoadedData(rows(each), Optional.of(rows(3)));
        Recipe recipe = recipe(validation, 0, seed);
        TrainingData now = TrainingData.cut(recipe, loaded);
        State earlierState = State.of(Map.of(StateConstants.DATA_DIGEST, new Value.Text(now.digest())));
        TrainingData earlier = TrainingData.cut(recipe, loaded, earlierState);
        assertThat(earlier.split()).isEmpty();
        assertThat(now.splits().hasRowsOf(earlier.splits())).isEqualTo(now.split().isEmpty());
        State newState = State.of(StateConstants.of(recipe, now, Normalization.none()).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> new Value.Text(e.getValue()))));
        assertThat(TrainingData.cut(recipe, loaded, newState).splits().hasRowsOf(now.splits())).isTrue();
        // Other data is split by the rule of today.
        State ofOtherRows = State.of(Map.of(StateConstants.DATA_DIGEST, new Value.Text("other")));
        assertThat(TrainingData.cut(recipe, loaded, ofOtherRows).splits().hasRowsOf(now.splits())).isTrue();
    }

    @Example
    void earlierSplitsAreNeverMixedWithThoseOfToday() throws IOException {
        LoadedData loaded = new LoadedData(rows(10), Optional.of(rows(3)));
        Recipe recipe = recipe(6, 0, 1);
        TrainingData now = TrainingData.cut(recipe, loaded);
        assertThat(now.split()).isEqualTo(TrainingData.STRATIFIED);
        TrainingData earlier = TrainingData.cut(recipe, loaded,
                State.of(Map.of(StateConstants.DATA_DIGEST, new Value.Text(now.digest()))));
        try (Trainer before = Trainer.fresh(recipe, earlier); Trainer today = Trainer.fresh(recipe, now)) {
            before.trainTo(3);
            State saved = before.snapshot();
            assertThat(saved.entries()).doesNotContainKey(StateConstants.DATA_SPLIT);
            assertThat(today.snapshot().text(StateConstants.DATA_SPLIT)).isEqualTo(TrainingData.STRATIFIED);
            assertThatThrownBy(() -> today.restore(saved)).isInstanceOfSatisfying(RestoreException.class,
                    e -> assertThat(StateConstants.advice(e)).contains("TrainingData.open(recipe, folders, state)"));
            assertThatThrownBy(() -> Predictor.of(recipe, saved).evaluate(now, "validation")).isInstanceOf(RestoreException.class)
                    .hasMessageContaining(StateConstants.DATA_SPLIT);
            assertThatThrownBy(() -> Predictor.of(recipe, today.snapshot()).evaluate(earlier, "validation"))
                    .isInstanceOf(RestoreException.class);
            assertThat(Predictor.of(recipe, saved).evaluate(earlier, "validation").loss())
                    .isEqualTo(before.evaluate(earlier.splits().validation()).loss());
            try (Trainer resumed = Trainer.blank(recipe, TrainingData.cut(recipe, loaded, saved))) {
                resumed.restore(saved);
                assertThat(resumed.snapshot()).isEqualTo(saved);
            }
        }
    }

    /** What was always split by shares is split as before, so its states have no new constant. */
    @Example
    void theSplitsOfSetsWithoutTestRowsAreThoseOfEarlierVersions() throws IOException {
        for (int seed = 0; seed < 5; seed++) {
            Recipe iris = Recipe.named("iris").seed(seed).data(new BuiltInData.Iris()).model(Dense.of(3)).build();
            assertThat(TrainingData.open(iris, DataFolders.standard()).split()).isEmpty();
        }
    }

    /** The other parts keep their rows, so that measures of both trainings can be compared. */
    @Example
    void aRowThatIsLeftOutIsNotTrainedAndTheHeldOutRowsStay() {
        Recipe recipe = recipe(12, 12, 3);
        TrainingData whole = TrainingData.cut(recipe, LoadedData.whole(rows(10)));
        int left = Rows.sourceRow(whole.splits().train(), 5);
        TrainingData without = TrainingData.cut(recipe.toBuilder().without(left, left).build(), LoadedData.whole(rows(10)));
        assertThat(numbers(without.splits().train())).doesNotContain(left).hasSize(whole.splits().train().size() - 1);
        assertThat(numbers(without.splits().validation())).isEqualTo(numbers(whole.splits().validation()));
        assertThat(numbers(without.splits().test())).isEqualTo(numbers(whole.splits().test()));
    }

    private static List<Integer> numbers(DataSet rows) {
        return IntStream.range(0, rows.size()).mapToObj(i -> Rows.sourceRow(rows, i)).toList();
    }

    @Example
    void aRowThatIsHeldOutCannotBeLeftOut() {
        Recipe recipe = recipe(12, 12, 3);
        int held = Rows.sourceRow(TrainingData.cut(recipe, LoadedData.whole(rows(10))).splits().validation(), 0);
        for (int row : List.of(held, 60, -1)) {
            assertThatThrownBy(() -> TrainingData.cut(recipe.toBuilder().without(row).build(), LoadedData.whole(rows(10))))
                    .hasMessageContaining("data.without").hasMessageContaining(Integer.toString(row));
        }
        Integer[] all = numbers(TrainingData.cut(recipe, LoadedData.whole(rows(10))).splits().train()).toArray(Integer[]::new);
        assertThatThrownBy(() -> TrainingData.cut(recipe.toBuilder().without(all).build(), LoadedData.whole(rows(10))))
                .hasMessageContaining("no training row is left");
    }

    /** What is not left out is not in the text, so that recipes of earlier versions keep their digests. */
    @Example
    void theRowsAreInTheTextOfTheRecipe() {
        Recipe recipe = recipe(12, 12, 3);
        assertThat(recipe.toYaml()).doesNotContain("without");
        assertThat(recipe.toBuilder().without().build().digest()).isEqualTo(recipe.digest());
        Recipe without = recipe.with(List.of("data.without=[7,3,7]"));
        assertThat(without.data().without()).contains(List.of(3, 7));
        assertThat(without.digest()).isNotEqualTo(recipe.digest()).isEqualTo(recipe.toBuilder().without(3, 7).build().digest());
        assertThat(Recipe.parse(without.toYaml(), "text")).isEqualTo(without);
    }
}
