package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.data.Augmentation;
import cairn.data.Labels;
import cairn.data.Splits;
import cairn.data.Table;
import cairn.data.source.BuiltInData;
import cairn.data.source.DataFolders;
import cairn.nn.layer.Dense;
import cairn.optim.schedule.Plateau;
import cairn.optim.schedule.PlateauMemory;
import cairn.random.Key;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import cairn.recipe.SaveRule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What is switched off by the data, or by the length of a training, is said; and nothing else is. */
class FindingsTest {
    private static final SaveRule NONE = SaveRule.parse("end");

    private static Recipe recipe(String settings) {
        return Recipe.parse("name: some\ndata: {set: iris, batch-size: 4}\nmodel: [{dense: {units: 3}}]\n" + settings, "some");
    }

    private static List<String> of(Splits splits) {
        return Findings.of(recipe(""), splits);
    }

    /** Features that vary and differ from each other; a row's class is given. */
    private static Table table(int... labels) {
        float[] features = new float[3 * labels.length];
        for (int i = 0; i < labels.length; i++) {
            features[3 * i] = i;
            features[3 * i + 1] = i * i;
            features[3 * i + 2] = -i;
        }
        return Table.ofFloats("some", new long[] {3}, features, new Labels.Classes(List.of("ant", "bee", "cat", "dog")), labels);
    }

    /** Random counts of the classes in each part: exactly the parts that lack a class say so, with its name. */
    @Property(tries = 1000)
    void aClassThatAPartLacksIsNamed(@ForAll @Size(12) List<@IntRange(max = 3) Integer> counts) {
        int[][] parts = new int[3][];
        for (int part = 0; part < 3; part++) {
            int from = 4 * part;
            parts[part] = IntStream.range(0, 4).flatMap(c -> IntStream.range(0, counts.get(from + c)).map(i -> c)).toArray();
        }
        if (parts[0].length < 2) {
            return;
        }
        List<String> found = of(new Splits(table(parts[0]), table(parts[1]), table(parts[2])));
        List<String> names = List.of("ant", "bee", "cat", "dog");
        for (int c = 0; c < 4; c++) {
            String name = names.get(c);
            assertThat(found.stream().anyMatch(f -> f.contains("no training row") && f.contains(name))).isEqualTo(counts.get(c) == 0);
            for (Map.Entry<String, Integer> part : Map.of("validation", 1, "test", 2).entrySet()) {
                boolean isMissing = parts[part.getValue()].length > 0 && counts.get(c) > 0 && counts.get(4 * part.getValue() + c) == 0;
                assertThat(found.stream().anyMatch(f -> f.startsWith("no " + part.getKey() + " row") && f.contains(name))).isEqualTo(isMissing);
            }
        }
        for (Map.Entry<String, Integer> part : Map.of("validation", 1, "test", 2).entrySet()) {
            assertThat(found.stream().anyMatch(f -> f.contains("there is 1 " + part.getKey() + " row")))
                    .isEqualTo(parts[part.getValue()].length == 1);
        }
        assertThat(found).allSatisfy(f -> assertThat(f).doesNotContain("\n"));
    }

    /** Random columns of few values: a feature is named as constant, or as equal to another, if and only if it is. */
    @Property(tries = 1000)
    void constantAndEqualFeaturesAreNamed(@ForAll @IntRange(min = 2, max = 14) int rows, @ForAll @IntRange(min = 1, max = 6) int width,
            @ForAll long seed) {
        float[] features = new float[rows * width];
        Key key = Key.of(seed);
        for (int i = 0; i < features.length; i++) {
            int column = i % width;
            // Each third column is a copy of the second, so that columns are equal in long tables also.
            features[i] = column % 3 == 2 ? features[i - column + 1] : key.below(2, i);
        }
        // All rows are training rows; the other parts may have other values.
        Table train = Table.ofFloats("some", new long[] {width}, features, Labels.Classes.numbered(2), IntStream.range(0, rows).map(i -> i % 2)
                .toArray());
        Table test = Table.ofFloats("other", new long[] {width}, new float[2 * width], Labels.Classes.numbered(2), new int[] {0, 1});
        List<String> found = of(new Splits(train, test, test));
        for (int f = 0; f < width; f++) {
            int a = f;
            String name = "feature " + (f + 1) + " of " + width + " in some";
            boolean isConstant = IntStream.range(0, rows).allMatch(i -> features[i * width + a] == features[a]);
            assertThat(found.stream().anyMatch(t -> t.contains("same in every training row") && t.contains(name))).isEqualTo(isConstant);
            boolean isEqual = !isConstant && IntStream.range(0, width).anyMatch(b -> b != a
                    && IntStream.range(0, rows).allMatch(i -> features[i * width + a] == features[i * width + b]));
            assertThat(found.stream().anyMatch(t -> t.contains("equal in every training row") && t.contains(name))).isEqualTo(isEqual);
        }
    }

    /** A plateau and a patience whose metric never improves: a finding if and only if they change nothing before the end. */
    @Property(tries = 500)
    void aRuleThatCanNeverActIsNamed(@ForAll @IntRange(min = 1, max = 9) int every, @ForAll @IntRange(max = 6) int patience,
            @ForAll @IntRange(min = 5, max = 60) int until) {
        Recipe recipe = recipe("plateau: {patience: " + patience + "}\nevaluate: {every: " + every + "}\n");
        int stop = patience + 1;
        List<String> found = Findings.ofPlan(recipe, 5, until, OptionalInt.of(stop), NONE);
        PlateauMemory plateau = recipe.plateau().orElseThrow().memory();
        boolean reduces = false;
        boolean stops = false;
        for (int step = every, evaluations = 1; step < until; step += every, evaluations++) {
            reduces |= plateau.observe(1);
            stops |= evaluations - 1 >= stop;
        }
        assertThat(found.stream().anyMatch(f -> f.startsWith("the plateau rule can never") || f.contains("no evaluation"))).isEqualTo(!reduces);
        assertThat(found.stream().anyMatch(f -> f.startsWith("a patience of") || f.contains("no evaluation"))).isEqualTo(!stops);
    }

    @Property(tries = 100)
    void aScheduleThatComesTooLateIsNamed(@ForAll @IntRange(min = 1, max = 80) int every, @ForAll @IntRange(min = 5, max = 60) int until) {
        List<String> found = Findings.ofPlan(recipe("schedule: {rule: step, every: " + every + "}\n"), 5, until, OptionalInt.empty(), NONE);
        assertThat(found.stream().anyMatch(f -> f.startsWith("the schedule does not change"))).isEqualTo(every >= until);
        assertThat(Findings.ofPlan(recipe(""), 5, until, OptionalInt.empty(), NONE)).isEmpty();
    }

    @Example
    void otherSettingsThatHaveNoEffectAreNamed() throws IOException {
        assertThat(Findings.ofPlan(recipe(""), 10, 20, OptionalInt.empty(), SaveRule.parse("5ep,10,at:21,best")))
                .containsExactly("the save rule at:21 never asks for a save before the end, at step 20");
        assertThat(Findings.ofPlan(recipe("evaluate: {every: 3ep}\n"), 10, 20, OptionalInt.empty(), NONE)).singleElement().asString()
                .contains("evaluate.every is 3ep, beyond the end at step 20");
        // A training of less than an epoch is a trial.
        assertThat(Findings.ofPlan(recipe("evaluate: {every: 3ep}\n"), 10, 9, OptionalInt.of(1), SaveRule.parse("1ep"))).isEmpty();
        assertThat(Findings.ofPlan(recipe("recovery: {spike: {window: 50}}\n"), 10, 20, OptionalInt.empty(), NONE)).singleElement().asString()
                .contains("begins after 25 losses");
        assertThat(Findings.ofPlan(recipe("").with(List.of("data.poison={steps: [30]}")), 10, 20, OptionalInt.empty(), NONE)).singleElement()
                .asString().contains("data.poison");
        assertThat(Findings.ofPlan(recipe("").toBuilder().plateau(new Plateau(0.5, 0, 0, 0, 1, Plateau.Mode.MIN)).build(), 10, 90,
                OptionalInt.empty(), NONE)).singleElement().asString().contains("min-factor");
        Recipe large = Recipe.named("large").data(new BuiltInData.Xor(40, 0.1, 1)).batchSize(64).model(Dense.of(2)).build();
        Splits splits = TrainingData.open(large, DataFolders.of()).splits();
        assertThat(Findings.of(large, splits)).singleElement().asString().contains("data.batch-size is 64").contains("training rows");
        Recipe still = Recipe.named("still").data(new BuiltInData.Xor(40, 0.1, 1)).batchSize(4).augment(Augmentation.none()).model(Dense.of(2))
                .build();
        assertThat(Findings.of(still, splits)).singleElement().asString().contains("data.augment changes nothing");
    }

    /** Nothing is found in the shipped recipes, as they are. */
    @Example
    void theShippedRecipesHaveNoFindings() throws IOException {
        for (String name : List.of("iris", "wine", "breast-cancer", "digits", "spirals")) {
            Recipe recipe = BuiltInRecipes.get(name);
            TrainingData data = TrainingData.open(recipe, DataFolders.standard());
            assertThat(Findings.of(recipe, data.splits())).as(name).isEmpty();
            int steps = data.batches(recipe).batchesPerEpoch();
            OptionalInt patience = recipe.run().patience().map(OptionalInt::of).orElse(OptionalInt.empty());
            assertThat(Findings.ofPlan(recipe, steps, recipe.run().length(steps), patience, SaveRule.parse(recipe.run().saveEvery()))).as(name)
                    .isEmpty();
        }
    }
}
