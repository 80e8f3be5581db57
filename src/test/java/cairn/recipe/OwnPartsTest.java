package cairn.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Table;
import cairn.data.source.BuiltInData;
import cairn.data.source.DataFolders;
import cairn.data.source.DataSource;
import cairn.data.source.LoadedData;
import cairn.nn.Layer;
import cairn.nn.Loss;
import cairn.nn.LossWiring;
import cairn.nn.Wiring;
import cairn.nn.init.Initializer;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Residual;
import cairn.optim.Adam;
import cairn.optim.Clipping;
import cairn.optim.Optimizer;
import cairn.optim.schedule.LrSchedule;
import cairn.random.Key;
import cairn.tensor.Array;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.Rows;
import cairn.train.Trainer;
import cairn.train.Transfer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A recipe of parts that are registered nowhere can be changed like any other: what is not named stays the same object. */
class OwnPartsTest {
    /** A function that no text can say. */
    interface Curve {
    }

    record Bend(double by) implements Curve {
    }

    record Point(int at, double value) {
    }

    /** y = 2x, with settings of every kind, two of which only Java can make. */
    record Own(double c, Curve curve, List<Point> points, Optional<Initializer> init, Layer inner) implements Layer {
        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            t.forward(Elementwise.scale(t.x(), 2, t.y()));
            t.backwardToInput(() -> Elementwise.scale(t.dy(), 2, t.dx()));
        }
    }

    record OwnInit(double slope) implements Initializer {
        @Override
        public double[] values(long[] shape, Key key) {
            double[] all = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
            Arrays.setAll(all, i -> slope * (i % 3));
            return all;
        }
    }

    record OwnLoss(double scale) implements Loss {
        @Override
        public void wire(LossWiring t) {
            Array work = t.scratch(t.x().shape());
            t.forward(Elementwise.subtract(t.x(), t.target(), work), Elementwise.square(work, work), Elementwise.scale(work, scale, work),
                    Rows.sumOverColumns(work, t.rowLoss()));
            t.backward(() -> Elementwise.subtract(t.x(), t.target(), t.dx()), () -> Elementwise.scale(t.dx(), 2 * scale, t.dx()));
        }
    }

    record OwnRule(double learningRate, double strength) implements Optimizer {
        @Override
        public Update wire(Vectors v) {
            cairn.tensor.op.ScalarOperation descent = cairn.tensor.op.Updates.addScaled(v.grad(), v.theta());
            return (lr, t) -> descent.run(-lr * strength);
        }
    }

    record OwnSchedule(int every) implements LrSchedule {
        @Override
        public double factor(long step, long stepsPerEpoch) {
            return 1.0 / (1 + step / every);
        }
    }

    /** Rows that are in memory. */
    record InMemory(DataSet rows, int repeats) implements DataSource {
        @Override
        public LoadedData open(DataFolders folders) {
            return new LoadedData(rows, Optional.empty());
        }
    }

    private static InMemory rows() {
        float[] x = new float[80];
        float[] t = new float[40];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(i);
            t[i / 2] += x[i];
        }
        return new InMemory(Table.ofFloats("rows", new long[] {2}, x, new Labels.Reals(1), t), 1);
    }

    private static Own own(double c) {
        return new Own(c, new Bend(c), List.of(new Point(1, c), new Point(2, 0.5)), Optional.of(new OwnInit(c)), new Relu());
    }

    private static Recipe recipe() {
        return Recipe.named("own").data(rows()).batchSize(8).model(new Dense(3, true, new OwnInit(0.1)), own(0.5),
                Residual.of(own(0.25), new Dense(3, true, new OwnInit(0.2))), new Dense(1, true, new OwnInit(0.3)))
                .loss(new OwnLoss(0.5)).optimizer(new OwnRule(0.01, 1)).schedule(new OwnSchedule(3)).build();
    }

    /** Settings of the recipe and of its shipped parts, at every depth. */
    static Stream<String> changes() {
        return Stream.of("seed=3", "dtype=float64", "data.batch-size=4", "data.validation=5", "data.normalize=none", "model.0.init.slope=0.4",
                "model.0.dense.bias=false", "model.2.residual.body.1.bias=false", "evaluate.every=2ep", "run.epochs=3", "clip={kind: norm, norm: 1}",
                "average={decay: 0.5}",
                "recovery={back: 1}", "freeze=[0.dense]", "plateau={patience: 3}", "schedule.warmup=5");
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aChangeKeepsEveryOtherPart(String change) {
        Recipe recipe = recipe();
        Recipe changed = recipe.with(List.of(change));
        assertThat(changed).isNotEqualTo(recipe);
        // The data has no equality, so an equal part is the same one.
        assertThat(changed.data().set()).isSameAs(recipe.data().set());
        assertThat(changed.model().get(1)).isSameAs(recipe.model().get(1));
        assertThat(((Residual) changed.model().get(2)).body().get(0)).isSameAs(((Residual) recipe.model().get(2)).body().get(0));
        assertThat(changed.loss()).isSameAs(recipe.loss());
        assertThat(changed.optimizer()).isSameAs(recipe.optimizer());
        assertThat(RecipeChange.between(recipe, changed)).allSatisfy(c -> assertThat(change.split("=")[0])
                .startsWith(c.path().split("\\.")[0]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.1.c=2", "model.1.own.c=2.0"})
    void theSettingsOfAPartCanBeChanged(String change) {
        Own changed = (Own) recipe().with(List.of(change)).model().get(1);
        assertThat(changed).isEqualTo(new Own(2, new Bend(0.5), own(0.5).points(), own(0.5).init(), new Relu()));
        assertThat(recipe().with(List.of("model.1.points.0.value=7")).model().get(1)).isEqualTo(new Own(0.5, new Bend(0.5),
                List.of(new Point(1, 7), new Point(2, 0.5)), own(0.5).init(), new Relu()));
        assertThat(recipe().with(List.of("optimizer.strength=3", "optimizer.learning-rate=0.5")).optimizer())
                .isEqualTo(new OwnRule(0.5, 3));
        assertThat(((InMemory) recipe().with(List.of("data.repeats=2")).data().set()).repeats()).isEqualTo(2);
    }

    @Test
    void aPartCanBeReplacedAndItsSettingsGoWithIt() {
        assertThat(recipe().with(List.of("optimizer.rule=adam")).optimizer()).isEqualTo(Adam.of(0.01));
        assertThat(recipe().with(List.of("data.set=iris")).data().set()).isEqualTo(new BuiltInData.Iris());
        assertThat(recipe().with(List.of("model.1=relu")).model().get(1)).isEqualTo(new Relu());
        assertThat(recipe().with(List.of("model=[{own: {c: 3}}, {dense: {units: 1}}]")).model().get(0)).isInstanceOf(Own.class);
    }

    @Test
    void whatOnlyJavaCanMakeIsRefusedByItsPath() {
        assertThatThrownBy(() -> recipe().with(List.of("model.1.curve.by=3"))).isInstanceOf(RecipeException.class)
                .hasMessageContaining("model.1.curve").hasMessageContaining("only a program in Java can give");
        assertThatThrownBy(() -> recipe().with(List.of("data.rows=3"))).isInstanceOf(RecipeException.class)
                .hasMessageContaining("data.rows").hasMessageContaining("only a program in Java can give");
    }

    @Test
    void aTransferToAChangedRecipeTrains() throws IOException {
        try (Trainer trainer = Trainer.fresh(recipe())) {
            trainer.step();
            try (Trainer slower = Transfer.from(trainer).to(recipe().with(List.of("optimizer.learning-rate=0.001")))) {
                assertThat(slower.step().step()).isEqualTo(2);
            }
        }
    }

    static Stream<Class<?>> roles() {
        return Stream.of(Layer.class, Initializer.class, Loss.class, Optimizer.class, LrSchedule.class, Clipping.class, DataSource.class);
    }

    /** For every role, the message says how a class gets a name; and such a text can be looked at. */
    @ParameterizedTest
    @MethodSource("roles")
    void anUnknownPartOfAnyRoleIsNamedWithHowToProvideIt(Class<?> role) {
        String yaml = """
                name: a
                data: {set: SET, strange: 1}
                model: [LAYER, dense: {units: 1, init: INIT}]
                loss: LOSS
                optimizer: {rule: RULE, learning-rate: 1}
                schedule: {rule: SCHEDULE}
                clip: {kind: CLIP}
                evaluate: {every: 3, monitor: accuracy}
                run: {keep: 'last:7'}
                """;
        List<String> words = List.of("LAYER", "INIT", "LOSS", "RULE", "SCHEDULE", "CLIP", "SET");
        List<String> known = List.of("relu", "he", "softmax-cross-entropy", "adam", "constant", "value, value: 1", "iris");
        List<Class<?>> order = roles().toList();
        String text = yaml;
        for (int i = 0; i < words.size(); i++) {
            text = text.replace(words.get(i), order.get(i) == role ? "my-part" : known.get(i));
        }
        text = role == DataSource.class ? text : text.replace(", strange: 1", "");
        String whole = text;
        assertThatThrownBy(() -> Recipe.parse(whole, "a")).isInstanceOfSatisfying(RecipeException.class,
                e -> assertThat(e.lacksOnlyParts()).isTrue()).hasMessageContaining("'my-part'")
                .hasMessageContaining(ComponentProvider.class.getName()).hasMessageContaining("CAIRN_CLASSPATH")
                .hasMessageContaining("1 problem");
        assertThat(RecipeSummary.parse(whole, "a").evaluate().ranking().metric()).isEqualTo("accuracy");
        assertThat(RecipeSummary.parse(whole, "a").run().keep()).isEqualTo("last:7");
        assertThatThrownBy(() -> Recipe.parse(whole + "seeed: 1\n", "a")).isInstanceOfSatisfying(RecipeException.class,
                e -> assertThat(e.lacksOnlyParts()).isFalse());
    }

    /** Of a text that Cairn wrote, the digest needs no parts. */
    @Test
    void theDigestOfAWrittenRecipeIsThatOfItsText() {
        for (Recipe recipe : List.of(recipe(), BuiltInRecipes.get("mnist-cnn"), recipe().with(List.of("recovery={spike: {}}")))) {
            assertThat(RecipeSummary.digest(recipe.toYaml(), "a")).isEqualTo(recipe.digest());
            assertThat(RecipeText.digest(RecipeText.tree(recipe.toYaml(), "a"))).isEqualTo(recipe.digest());
        }
    }

    /** What was edited in a recipe with unknown parts is found by its text. */
    @Test
    void theChangesSinceARecipeWithUnknownPartsAreNamed() {
        Recipe recipe = recipe();
        assertThat(RecipeChange.since(recipe.toYaml(), recipe.digest(), recipe.with(List.of("seed=9"))).orElseThrow())
                .extracting(RecipeChange::toString).containsExactly("seed 0 -> 9");
        assertThat(RecipeChange.since(recipe.toYaml(), "other", recipe)).isEmpty();
        assertThat(RecipeChange.since("no: [recipe", recipe.digest(), recipe)).isEmpty();
    }
}
