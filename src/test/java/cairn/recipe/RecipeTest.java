package cairn.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import cairn.data.Augmentation;
import cairn.data.Normalization;
import cairn.data.source.BuiltInData;
import cairn.data.source.DataSource;
import cairn.nn.Layer;
import cairn.nn.Loss;
import cairn.nn.init.Initializer;
import cairn.nn.init.Zeros;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Dropout;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Gelu;
import cairn.nn.layer.MaxPool2d;
import cairn.nn.layer.Padding;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Residual;
import cairn.nn.layer.Tanh;
import cairn.nn.loss.SoftmaxCrossEntropy;
import cairn.optim.AdamW;
import cairn.optim.ClipNorm;
import cairn.optim.Clipping;
import cairn.optim.Optimizer;
import cairn.optim.WeightAverage;
import cairn.optim.schedule.Constant;
import cairn.optim.schedule.Cosine;
import cairn.optim.schedule.Joined;
import cairn.optim.schedule.LrSchedule;
import cairn.optim.schedule.Plateau;
import cairn.optim.schedule.StepDecay;
import cairn.optim.schedule.TrainingTime;
import cairn.optim.schedule.Warmup;
import cairn.state.State;
import cairn.train.Trainer;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {
    private static final String SMALL = """
            name: small
            data: {set: iris}
            model: [dense: {units: 4}, tanh, dense: {units: 3}]
            """;

    private static Recipe small() {
        return Recipe.parse(SMALL, "small");
    }

    // --- every component, every setting

    static List<Component> components() {
        return Stream.of(Layer.class, Initializer.class, Loss.class, Optimizer.class, LrSchedule.class, Clipping.class, DataSource.class)
                .flatMap(role -> ComponentRegistry.all().names(role).stream().map(n -> ComponentRegistry.all().find(role, n).orElseThrow()))
                .toList();
    }

    /** The small recipe with this component in it. */
    private static Recipe with(Record component) {
        RecipeBuilder b = Recipe.named("small").data(new BuiltInData.Iris()).model(Dense.of(4), new Tanh(), Dense.of(3));
        if (component instanceof Layer layer) {
            b.model(Dense.of(4), layer, Dense.of(3));
        } else if (component instanceof Initializer init) {
            b.model(new Dense(4, true, init), Dense.of(3));
        } else if (component instanceof Loss loss) {
            b.loss(loss);
        } else if (component instanceof Optimizer rule) {
            b.optimizer(rule);
        } else if (component instanceof LrSchedule schedule) {
            b.schedule(schedule);
        } else if (component instanceof Clipping clip) {
            b.clip(clip);
        } else {
            b.data((DataSource) component);
        }
        return b.build();
    }

    /** A recipe that is written and read again is the same, with the same digest. Another value of any setting changes the digest. */
    @ParameterizedTest
    @MethodSource("components")
    void everyComponentIsWrittenAndReadWithEverySetting(Component component) {
        Map<String, String> digests = new LinkedHashMap<>();
        digests.put(roundTrip(with(component.prototype())), "the prototype");
        for (RecordComponent setting : component.prototype().getClass().getRecordComponents()) {
            Record other = another(component.prototype(), setting);
            assertThat(digests.put(roundTrip(with(other)), setting.getName())).as("%s is not in the digest of %s", setting, other).isNull();
        }
    }

    private static String roundTrip(Recipe recipe) {
        Recipe again = Recipe.parse(recipe.toYaml(), "written");
        assertThat(again).isEqualTo(recipe);
        assertThat(again.digest()).isEqualTo(recipe.digest());
        assertThat(again.toYaml()).isEqualTo(recipe.toYaml());
        return recipe.digest();
    }

    /** The same component with another allowed value of one setting. */
    private static Record another(Record component, RecordComponent setting) {
        RecordComponent[] components = component.getClass().getRecordComponents();
        List<Object> own = Arrays.stream(components).map(c -> get(component, c)).toList();
        int index = Arrays.stream(components).map(RecordComponent::getName).toList().indexOf(setting.getName());
        for (Object candidate : candidates(setting.getType(), own.get(index))) {
            if (!candidate.equals(own.get(index))) {
                List<Object> values = new ArrayList<>(own);
                values.set(index, candidate);
                Optional<Record> other = make(component, components, values);
                if (other.isPresent() && !other.get().equals(component)) {
                    return other.get();
                }
            }
        }
        Record full = full(component, components, own);
        if (!full.equals(component)) {
            return another(full, setting);
        }
        throw new AssertionError("no other value of " + setting + " is known to this test");
    }

    /** The component with every empty text filled, because some texts are allowed only together. */
    private static Record full(Record component, RecordComponent[] components, List<Object> own) {
        return make(component, components, own.stream().map(v -> v.equals("") ? "some" : v).toList()).orElse(component);
    }

    private static List<Object> candidates(Class<?> type, Object own) {
        if (type == int.class) {
            return List.of(3, 5, 40);
        } else if (type == long.class) {
            return List.of(7L);
        } else if (type == double.class) {
            return List.of(0.25, 0.03125, 0.875, 1e-7, 3.5, 1e20);
        } else if (type == boolean.class) {
            return List.of(!(Boolean) own);
        } else if (type.isEnum()) {
            return List.of(type.getEnumConstants());
        } else if (type == TrainingTime.class) {
            return List.of(TrainingTime.steps(3), TrainingTime.epochs(2.5));
        } else if (type == String.class) {
            return List.of("other", ";");
        } else if (type == List.class) {
            return List.of(List.of(1.5, 2.0), List.of(2, 3), List.of("1.50", "no", "null", "", "# a: b"),
                    List.of(new Tanh(), Residual.of(Dense.of(3))),
                    List.of(new Joined.Part(Constant.of(), TrainingTime.steps(2)),
                    new Joined.Part(StepDecay.of(TrainingTime.steps(2)), TrainingTime.epochs(1))));
        } else if (type == Initializer.class) {
            return List.of(new Zeros());
        } else if (type == LrSchedule.class) {
            return List.of(StepDecay.of(TrainingTime.epochs(3)));
        }
        throw new AssertionError("settings of " + type + " are not known to this test");
    }

    private static Object get(Record component, RecordComponent c) {
        try {
            c.getAccessor().setAccessible(true);
            return c.getAccessor().invoke(component);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** Empty if the component refuses the values. Lists with elements of a wrong type are not tried. */
    private static Optional<Record> make(Record component, RecordComponent[] components, List<Object> values) {
        for (int i = 0; i < components.length; i++) {
            if (values.get(i) instanceof List<?> list && !list.isEmpty()) {
                Class<?> element = (Class<?>) ((java.lang.reflect.ParameterizedType) components[i].getGenericType())
                        .getActualTypeArguments()[0];
                if (!list.stream().allMatch(element::isInstance)) {
                    return Optional.empty();
                }
            }
        }
        try {
            Constructor<?> c = component.getClass().getDeclaredConstructor(Arrays.stream(components).map(RecordComponent::getType)
                    .toArray(Class<?>[]::new));
            c.setAccessible(true);
            return Optional.of((Record) c.newInstance(values.toArray()));
        } catch (InvocationTargetException e) {
            assertThat(e.getCause()).isInstanceOf(IllegalArgumentException.class);
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** A component without settings has the defaults of its prototype; a setting without a default is required. */
    @ParameterizedTest
    @MethodSource("components")
    void aBareNameHasTheDefaultsAndSettingsWithoutOneAreRequired(Component component) {
        String section = Map.<Class<?>, Function<String, String>>of(
                Layer.class, n -> "data: {set: iris}\nmodel: [" + n + "]",
                Initializer.class, n -> "data: {set: iris}\nmodel: [dense: {units: 3, init: " + n + "}]",
                Loss.class, n -> "data: {set: iris}\nmodel: [relu]\nloss: " + n, Optimizer.class,
                n -> "data: {set: iris}\nmodel: [relu]\noptimizer: " + n,
                LrSchedule.class, n -> "data: {set: iris}\nmodel: [relu]\nschedule: " + n,
                Clipping.class, n -> "data: {set: iris}\nmodel: [relu]\nclip: " + n,
                DataSource.class, n -> "data: {set: " + n + "}\nmodel: [relu]").get(component.role()).apply(component.name());
        if (component.required().isEmpty()) {
            assertThat(roundTrip(Recipe.parse("name: a\n" + section, "a"))).hasSize(64);
        } else {
            assertThatThrownBy(() -> Recipe.parse("name: a\n" + section, "a")).isInstanceOfSatisfying(RecipeException.class,
                    e -> assertThat(e.problems()).hasSameSizeAs(component.required()).allSatisfy(p -> {
                        assertThat(p.what()).contains("has no default");
                        assertThat(component.required()).anyMatch(r -> p.path().endsWith("." + r));
                    }));
        }
    }

    // --- Java and YAML

    @Test
    void theSameRecipeInJavaAndInYamlHasOneDigest() {
        Recipe java = Recipe.named("both").seed(11).dtype(Recipe.Precision.FLOAT64)
                .data(new BuiltInData.Digits()).batchSize(48).microBatches(3).validation(SplitSize.of(0.15)).test(SplitSize.of(300))
                .dropLast(true)
                .normalize(Normalization.Kind.SCALE).augment(new Augmentation(1, true))
                .model(new Conv2d(8, 3, 2, Padding.VALID, 1, false, new Zeros()), new Relu(), Residual.of(new Gelu(Gelu.Form.TANH)),
                        MaxPool2d.of(3), new Flatten(), new Dropout(0.25), Dense.of(10))
                .loss(new SoftmaxCrossEntropy(0.1, List.of(1.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)))
                .optimizer(new AdamW(0.003, 0.9, 0.99, 1e-7, 0.02))
                .schedule(new Warmup(TrainingTime.steps(10), Joined.of(new Joined.Part(Constant.of(), TrainingTime.epochs(0.5)),
                        new Joined.Part(new Cosine(TrainingTime.epochs(4), 0.1, 2, 1.5), TrainingTime.epochs(4)))))
                .plateau(new Plateau(0.5, 3, 1, 0.001, 0.01, Plateau.Mode.MAX)).clip(new ClipNorm(2)).average(new WeightAverage(0.99, true))
                .evaluate(TrainingTime.steps(20), "macro-f1").epochs(7).patience(4).build();
        Recipe yaml = Recipe.parse("""
                # The keys in another order, numbers in other spellings.
                average: {warmup: true, decay: 0.99}
                clip: {kind: norm, norm: 2}
                evaluate: {monitor: macro-f1, every: '20'}
                plateau: {mode: max, factor: 5.0e-1, patience: 3, cooldown: 1, threshold: 0.001, min-factor: 0.01}
                schedule:
                  rule: joined
                  warmup: 10
                  parts:
                    - {length: 0.5ep, schedule: constant}
                    - schedule: {cosine: {over: 4ep, to: 0.1, periods: 2, multiply: 1.5}}
                      length: 4ep
                optimizer: {adamw: {learning-rate: 0.003, beta2: 0.99, epsilon: 1.0e-7, weight-decay: 0.02}}
                loss: {kind: softmax-cross-entropy, label-smoothing: 0.1, class-weights: [1, 2, 1, 1, 1, 1, 1, 1, 1, 1]}
                model:
                  - conv2d: {filters: 8, kernel: 3, stride: 2, padding: valid, bias: false, init: zeros}
                  - {kind: relu}
                  - residual: {body: [gelu: {form: tanh}]}
                  - {kind: max-pool2d, window: 3, stride: 3}
                  - flatten
                  - dropout: {rate: 0.25}
                  - dense: {units: 10}
                data: {set: digits, batch-size: 48, micro-batches: 3, validation: 0.15, test: 300, drop-last: true, normalize: scale,
                       augment: {flip: true, shift: 1}}
                dtype: float64
                seed: 11
                name: both
                run: {epochs: 7, patience: 4}
                """, "both");
        assertThat(yaml).isEqualTo(java);
        assertThat(yaml.digest()).isEqualTo(java.digest());
        roundTrip(java);
    }

    @Test
    void nameAndRunAreNotInTheDigest() {
        Recipe recipe = small();
        assertThat(recipe.with(List.of("name=other", "run.epochs=3", "run.save-every=5", "run.keep=all", "run.patience=2")).digest())
                .isEqualTo(recipe.digest());
        assertThat(recipe.with(List.of("seed=1")).digest()).isNotEqualTo(recipe.digest());
    }

    /**
     * The digests of the built-in recipes. If one changes, no checkpoint of that recipe can be used any more. So a commit must say why it
     * changes one; renaming a class is no reason.
     */
    @ParameterizedTest
    @CsvSource(textBlock = """
            iris,           e78290e4cf7575b4
            wine,           de804468290443dc
            breast-cancer,  cacf2f6997ad5027
            digits,         7fa15e6989f13e3f
            mnist-mlp,      2580d2605909e8e3
            mnist-cnn,      e3e8f921000af2a5
            fashion-cnn,    ccc7cb5af76d0c1a
            moons,          e6f942b49c3c60ba
            spirals,        a23c809d7acc04a4
            discs,          8994aa0b7332bbdf
            """)
    void theDigestsOfTheBuiltInRecipesStay(String name, String digest) {
        assertThat(BuiltInRecipes.get(name).digest()).startsWith(digest);
        roundTrip(BuiltInRecipes.get(name));
    }

    @Test
    void everyBuiltInRecipeHasItsDigestHere() {
        assertThat(BuiltInRecipes.names()).containsExactly("iris", "wine", "breast-cancer", "digits", "mnist-mlp", "mnist-cnn",
                "fashion-cnn", "moons", "spirals", "discs");
    }

    // --- changing settings

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            seed=7                              | seed: 7
            optimizer.learning-rate=0.01        | learning-rate: 0.01
            optimizer={rule: sgd, learning-rate: 0.5} | rule: sgd
            optimizer.rule=nesterov             | rule: nesterov
            schedule={rule: cosine, over: 3ep}  | over: 3ep
            schedule.factor=0.5                 | factor: 0.5
            model.0.units=9                     | units: 9
            model.0.init=glorot                 | kind: glorot
            model.0.init.kind=lecun             | kind: lecun
            model.1=relu                        | - relu
            model.1={dropout: {rate: 0.5}}      | rate: 0.5
            data.batch-size=7                   | batch-size: 7
            data.set=wine                       | set: wine
            data.validation=0.3                 | validation: 0.3
            loss.label-smoothing=0.2            | label-smoothing: 0.2
            loss=huber                          | kind: huber
            loss.kind=mean-squared-error        | kind: mean-squared-error
            plateau.patience=4                  | patience: 4
            average.decay=0.5                   | decay: 0.5
            clip={kind: norm, norm: 2}          | norm: 2.0
            data.augment.shift=1                | shift: 1
            evaluate.every=10                   | every: 10
            run.epochs=3                        | epochs: 3
            dtype=float64                       | dtype: float64
            """)
    void anySettingCanBeSet(String assignment, String line) {
        Recipe changed = small().with(List.of(assignment));
        assertThat(changed.toYaml()).contains(line);
        assertThat(small().toYaml()).doesNotContain(line);
        roundTrip(changed);
    }

    @Test
    void settingsOfNestedComponentsCanBeSet() {
        Recipe fashion = BuiltInRecipes.get("fashion-cnn").with(List.of("model.4.body.0.filters=6", "model.4.projection.0.filters=6"));
        assertThat(((Residual) fashion.model().get(4)).body().get(0)).isEqualTo(new Conv2d(6, 3, 1, Padding.SAME, 1, false,
                new cairn.nn.init.He()));
        Recipe two = small().with(List.of("schedule={rule: joined, parts: [{schedule: constant, length: 1}, {schedule: constant, length: 2}]}",
                "schedule.parts.1.length=5", "schedule.parts.0.schedule.factor=0.5"));
        assertThat(two.schedule()).isEqualTo(Joined.of(new Joined.Part(new Constant(0.5), TrainingTime.steps(1)),
                new Joined.Part(Constant.of(), TrainingTime.steps(5))));
    }

    /** The warm-up is a separate setting: changing the length of the schedule does not change the length of the warm-up. */
    @Test
    void aWarmupStandsAmongTheSettingsOfItsSchedule() {
        Recipe mlp = BuiltInRecipes.get("mnist-mlp");
        assertThat(mlp.with(List.of("schedule.over=3ep")).schedule()).isEqualTo(new Warmup(TrainingTime.steps(200),
                Cosine.of(TrainingTime.epochs(3))));
        assertThat(mlp.with(List.of("schedule.warmup=1ep")).schedule())
                .isEqualTo(new Warmup(TrainingTime.epochs(1), Cosine.of(TrainingTime.epochs(5))));
        assertThat(mlp.with(List.of("schedule.warmup=0")).schedule()).isEqualTo(Cosine.of(TrainingTime.epochs(5)));
        assertThat(small().with(List.of("schedule={rule: warmup, over: 3, then: {rule: step, every: 2}}"))).isEqualTo(
                small().with(List.of("schedule={rule: step, every: 2, warmup: 3}")));
        roundTrip(small().with(List.of("schedule={rule: warmup, over: 3, then: {rule: warmup, over: 2, then: constant}}")));
    }

    @Test
    void anOptionalSectionCanBeRemoved() {
        Recipe clipped = small().with(List.of("clip={kind: value, value: 1}", "plateau.patience=1", "average.decay=0.5"));
        assertThat(clipped.clip()).isPresent();
        assertThat(clipped.with(List.of("clip=null", "plateau=~", "average=null"))).isEqualTo(small());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            optimizer.lerning-rate=0.1   | optimizer.lerning-rate | did you mean 'learning-rate'?
            optimiser.learning-rate=0.1  | optimiser              | did you mean 'optimizer'?
            model.7.units=3              | model.7.units          | '7' is no index: expected 0 to 2
            model.0.units.x=3            | model.0.units.x        | 'units' is a single value
            seed                         | seed                   | expected path=value
            =3                           | =3                     | expected path=value
            seed=[1                      | seed                   | not YAML
            seed=                        | seed                   | expected a whole number
            model.-1=relu                | model.-1               | '-1' is no index
            """)
    void aWrongAssignmentIsRefused(String assignment, String path, String what) {
        refuses(() -> small().with(List.of(assignment)), path, what);
    }

    // --- refusals

    private static void refuses(org.assertj.core.api.ThrowableAssert.ThrowingCallable reading, String path, String what) {
        assertThatThrownBy(reading).isInstanceOfSatisfying(RecipeException.class, e ->
                assertThat(e.problems()).as(e.getMessage()).anySatisfy(p -> {
                    assertThat(p.path()).isEqualTo(path);
                    assertThat(p.what()).contains(what);
                }));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            optimzer: adam                                | optimzer                | unknown setting; did you mean 'optimizer'? known: average, clip
            seed: many                                    | seed                    | expected a whole number, found 'many'
            seed: 1.5                                     | seed                    | expected a whole number
            seed: 99999999999999999999                    | seed                    | expected a whole number
            dtype: float23                                | dtype                   | did you mean 'float32'? known: float32, float64
            optimizer: {rule: adm, learning-rate: 1}      | optimizer               | unknown rule 'adm'; did you mean 'adam'?
            optimizer: adam                               | optimizer.learning-rate | missing; this setting has no default
            optimizer: {rule: adam, learning-rate: fast}  | optimizer.learning-rate | expected a number, found 'fast'
            optimizer: {rule: adam, learning-rate: -1}    | optimizer               | learning-rate must be 0 or more
            optimizer: {rule: adam, learning-rate: .nan}  | line 4, column 44       | Malformed numeric value '.nan'
            optimizer: {rule: adam, learning-rate: 1, beta3: 1} | optimizer.beta3   | did you mean 'beta1'?
            optimizer: {learning-rate: 1, beta1: 0.5}     | optimizer               | expected a name, or {kind: NAME, ...}
            optimizer: [adam]                             | optimizer               | expected a name
            optimizer: dense                              | optimizer               | unknown rule 'dense'
            schedule: {rule: cosine, over: 5epochs}       | schedule.over           | is not a training time; write steps as 200 or epochs as 5ep
            schedule: {rule: cosine, over: 0}             | schedule                | over must be longer than 0
            schedule: {rule: cosine, over: 5, warmup: x}  | schedule.warmup         | is not a training time
            schedule: ~                                   | schedule                | expected a name
            loss: {kind: softmax-cross-entropy, label-smoothing: 1} | loss          | label-smoothing
            loss: {kind: huber, delta: {a: 1}}            | loss.delta              | expected a number
            evaluate: {every: 0}                          | evaluate                | every: expected more than 0
            evaluate: weekly                              | evaluate                | expected settings, found 'weekly'
            run: {save-every: sometimes}                  | run                     | 'sometimes' is no rule
            run: {keep: 'bets:1'}                         | run                     | bets
            run: {epochs: 0}                              | run                     | epochs: expected 1 or more
            plateau: {mode: max}                          | ''                      | plateau.mode: expected min
            average: {}                                   | average.decay           | missing
            average: {decay: 1}                           | average                 | decay must be
            clip: {kind: norm, norm: 0}                   | clip                    | norm must be
            data: {set: irs}                              | data.set                | unknown data set 'irs'; did you mean 'iris'?
            data: {set: iris, batchsize: 3}               | data.batchsize          | did you mean 'batch-size'?
            data: {set: iris, batch-size: 0}              | data                    | batch-size: expected 1 or more
            data: {set: iris, micro-batches: 40}          | data                    | micro-batches: expected 1 to the batch size of 32
            data: {set: iris, validation: 1.5}            | data.validation         | expected a number of rows or a fraction
            data: {set: iris, validation: some}           | data.validation         | expected a number of rows or a fraction
            data: {set: spirals, classes: 1}              | data                    | 2 classes
            data: {batch-size: 3}                         | data.set                | missing; known: blobs
            data: {set: iris, drop-last: yes please}      | data.drop-last          | expected true or false
            data: {set: csv, file: a, label: b, ignored: [no]} | data.ignored.0     | found the truth value false; put it in quotes
            data: iris                                    | data                    | expected settings
            data: {set: iris, augment: {shift: -1}}       | data.augment            | shift must be 0 or more
            name: A b                                     | ''                      | name: expected a-z
            model: []                                     | ''                      | at least one layer
            model: relu                                   | model                   | expected a list
            model: [dence: {units: 3}]                    | model.0                 | unknown layer 'dence'; did you mean 'dense'?
            model: [relu, dense: {unit: 3}]               | model.1.unit            | did you mean 'units'?
            model: [relu, dense: {unit: 3}]               | model.1.units           | missing
            model: [dense: {units: 0}]                    | model.0                 | units: expected 1 or more, found 0
            model: [dense: {units: 3.5}]                  | model.0.units           | expected a whole number
            model: [dense: 3]                             | model.0.dense           | expected settings, found '3'
            model: [dense: {units: 3, init: hee}]         | model.0.init            | unknown initializer 'hee'; did you mean 'he'?
            model: [conv2d: {filters: 1, kernel: 3, padding: sam}] | model.0.padding | did you mean 'same'? known: same, valid
            model: [residual: {body: [relu, tan]}]        | model.0.body.1          | unknown layer 'tan'; did you mean 'tanh'?
            model: [residual: {body: []}]                 | model.0                 | at least one layer
            model: [3]                                    | model.0                 | expected a name, found '3'
            model: [{dense: {units: 3}, relu: {}}]        | model.0                 | expected a name, or {kind: NAME, ...}
            """)
    void aWrongRecipeIsRefusedWithPathAllowedValuesAndTheNearestSpelling(String lines, String path, String what) {
        List<String> kept = SMALL.lines().filter(l -> !l.startsWith(lines.split(":")[0] + ":")).toList();
        refuses(() -> Recipe.parse(String.join("\n", kept) + "\n" + lines, "small"), path, what);
    }

    @Test
    void everyProblemIsNamedAtOnce() {
        assertThatThrownBy(() -> Recipe.parse("""
                seed: x
                data: {set: irs, batch-size: many}
                model: [dence, dense: {}]
                optimizer: {rule: adam}
                """, "bad.yaml")).isInstanceOfSatisfying(RecipeException.class, e -> {
                    assertThat(e.problems()).extracting(RecipeException.Problem::path).containsExactlyInAnyOrder("name", "seed", "data.set",
                            "data.batch-size", "model.0", "model.1.units", "optimizer.learning-rate");
                    assertThat(e).hasMessageContaining("cannot use the recipe bad.yaml: 7 problems");
                });
    }

    /** Found when the trainer is made, before anything of these sizes is allocated. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            model=[dense: {units: 4}, dense: {units: 5}]       | loss            | the model gives 5 outputs for 3 classes
            model=[conv2d: {filters: 4, kernel: 3}]            | model.0         | conv2d takes images
            model=[tanh, residual: {body: [dense: {units: 5}]}]| model.1         | residual: from rows of shape [4] the body makes [5]
            model=[sequential: {layers: [relu, max-pool2d]}]   | model.0         | 1.max-pool2d
            model=[reshape: {shape: [2, 2]}]                   | model.0         | the loss takes rows of one dimension
            model=[reshape: {shape: [5]}]                      | model.0         | shape [5] takes 5
            model=[dense: {units: 2000000000}, dense: {units: 2000000000}] | model.0 | 8000000000 numbers
            loss.class-weights=[1, 2]                          | loss            | class-weights: expected 3 numbers
            evaluate.monitor=acuracy                           | evaluate.monitor | did you mean 'accuracy'?
            data.augment.shift=1                               | data.augment    | only images
            data={set: iris, validation: 100, test: 60}        | data            | at least one row
            data={set: iris, validation: 0, test: 0}           | data.validation | nothing to evaluate on
            data={set: iris, drop-last: true, batch-size: 500} | data.batch-size | use smaller batches
            """)
    void aModelThatDoesNotFitDataOrLossIsRefusedBeforeAnythingIsAllocated(String assignment, String path, String what) {
        Recipe recipe = small().with(List.of(assignment));
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> refuses(() -> Trainer.fresh(recipe).close(), path, what));
    }

    @Test
    void misfitsOfSeveralSectionsAreNamedAtOnce() {
        Recipe recipe = small().with(List.of("model.2.units=5", "evaluate.monitor=accurcy", "data.augment.flip=true"));
        assertThatThrownBy(() -> Trainer.fresh(recipe)).isInstanceOfSatisfying(RecipeException.class,
                e -> assertThat(e.problems()).extracting(RecipeException.Problem::path)
                        .containsExactlyInAnyOrder("loss", "evaluate.monitor", "data.augment"));
    }

    // --- hostile and odd text

    static List<String> hostile() {
        String bomb = "a: &a [x, x]\n" + "bcdefghij".chars().mapToObj(c -> (char) c + ": &" + (char) c + " [*" + (char) (c - 1) + ", *"
                + (char) (c - 1) + "]\n").reduce("", String::concat);
        return List.of("!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL ['http://localhost:1']]]]",
                SMALL + "seed: !!java.lang.Long 3", SMALL + "seed: !!str 3", SMALL + "seed: !own 3", SMALL + "loss: &l huber\nclip: *l",
                bomb, SMALL + bomb, SMALL + "plateau: &p {<<: *p}", "[".repeat(100_000), "{a: ".repeat(50_000), "- ".repeat(100_000) + "a",
                SMALL + "model: " + "[sequential: {layers: ".repeat(5_000), SMALL + "seed: 1\nseed: 2",
                SMALL + "optimizer: {rule: adam, learning-rate: 1, learning-rate: 2}", SMALL + "---\nname: second", "", "~", "42", "- a",
                "name",
                "\t", "\u0000", "name: \"\\ud800\"", "? [a]\n: b", "a: b: c", "%YAML 9.9\n---\na: 1", SMALL + "x: " + "9".repeat(100_000),
                SMALL + "a".repeat(1_000_000) + ": 1", "name: 'unfinished", "\ufeff\ufeffname: a", "@name: a", SMALL + "? \n: 1");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void hostileTextIsRefusedSoonWithARecipeException(String text) {
        assertTimeoutPreemptively(Duration.ofSeconds(5), () ->
                assertThatThrownBy(() -> Recipe.parse(text, "hostile.yaml")).isInstanceOf(RecipeException.class)
                        .hasMessageContaining("hostile.yaml").satisfies(e -> assertThat(e.getMessage().length()).isLessThan(5_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"!!str 3", "*a", "&a [*a]", "!own {}"})
    void assignmentsAreReadAsStrictlyAsRecipes(String value) {
        refuses(() -> small().with(List.of("seed=" + value)), "seed", "tags, anchors and references");
    }

    /** Names and texts that YAML would read as another type. */
    @ParameterizedTest
    @ValueSource(strings = {"007", "1e5", "no", "null", "true", "1.50", "0x10", "1_000", "2020-01-01", "123", ".5", "on", "1.0"})
    void aTextThatLooksLikeAnotherTypeStaysAText(String text) {
        DataSource.Csv csv = new DataSource.Csv(text, "", text, List.of(text), List.of(), cairn.data.source.CsvSchema.Encoding.ONE_HOT,
                List.of(), true, ",");
        roundTrip(Recipe.named(text.startsWith(".") ? "a" + text : text).data(csv).model(new Relu()).build());
    }

    // --- components of a user

    /** Unregistered, in Java: layer, rule, schedule, loss, initializer and data set; it trains, and its state goes from one to another. */
    @Test
    void ownComponentsWorkInJavaAndInYamlThroughTheServiceLoader() throws IOException {
        Recipe yaml = Recipe.parse("""
                name: own
                data: {set: line, rows: 40, batch-size: 8}
                model: [dense: {units: 1, init: {kind: ramp, slope: 0.5}}, stretch: {by: 1.5, side: positive-only}]
                loss: half-distance
                optimizer: {rule: plain-descent, learning-rate: 0.05}
                schedule: {rule: halving, warmup: 2}
                """, "own");
        Recipe java = Recipe.named("own").data(new OwnComponents.Line(40)).batchSize(8)
                .model(new Dense(1, true, new OwnComponents.Ramp(0.5)), new OwnComponents.Stretch(1.5, OwnComponents.Side.POSITIVE_ONLY))
                .loss(new OwnComponents.HalfDistance()).optimizer(new OwnComponents.PlainDescent(0.05))
                .schedule(new Warmup(TrainingTime.steps(2), new OwnComponents.Halving(2))).build();
        assertThat(yaml).isEqualTo(java);
        roundTrip(yaml);
        try (Trainer one = Trainer.fresh(yaml); Trainer two = Trainer.fresh(java)) {
            double first = one.step().loss();
            for (int i = 0; i < 10; i++) {
                one.step();
            }
            State state = one.snapshot();
            two.restore(state);
            assertThat(one.step().loss()).isEqualTo(two.step().loss()).isLessThan(first);
        }
        refuses(() -> yaml.with(List.of("model.1.by=wide")), "model.1.by", "expected a number");
        refuses(() -> yaml.with(List.of("model.1.side=left")), "model.1.side", "known: both, positive-only");
    }

    /** y = x; its name is the name of a built-in layer. */
    record Relu6(double ceiling) implements Layer {
        @Override
        public String kind() {
            return "relu";
        }

        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(cairn.nn.Wiring t) {
            t.passThrough();
        }
    }

    /** An optimizer with the name of a built-in one: the recipes of both would have the same text and the same digest. */
    record Adam(double learningRate) implements Optimizer {
        @Override
        public Update wire(Vectors v) {
            return (lr, t) -> { };
        }
    }

    @Test
    void aComponentWithTheNameOfABuiltInOneIsRefused() {
        Recipe layer = Recipe.named("a").data(new BuiltInData.Iris()).model(new Relu6(6)).build();
        assertThatThrownBy(layer::digest).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cairn.nn.layer.Relu is; rename it");
        Recipe rule = Recipe.named("a").data(new BuiltInData.Iris()).model(new Relu()).optimizer(new Adam(1)).build();
        assertThatThrownBy(rule::toYaml).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cairn.optim.Adam is; rename it");
        assertThatThrownBy(() -> Component.of(Layer.class, "relu-6", new Relu6(6))).hasMessageContaining("calls itself 'relu'");
        assertThatThrownBy(() -> Component.of(Layer.class, "adam", new Adam(1))).hasMessageContaining("is no Layer");
    }

    /** Only a record has settings that can be read. */
    @Test
    void aComponentThatIsNoRecordIsRefused() {
        Recipe recipe = Recipe.named("a").data(new BuiltInData.Iris()).model(new Relu()).schedule((step, perEpoch) -> 1).build();
        assertThatThrownBy(recipe::digest).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("must be a record");
    }

    /** Also where many more idle steps follow than are looked at one by one. */
    @Test
    void theStepFromWhichNothingIsLearnedIsTheFirstOne() {
        Recipe recipe = Recipe.parse("{name: a, data: {set: iris}, model: [dense: {units: 3}], schedule: {kind: cosine, over: 1000}}", "a");
        for (long until : new long[] {1001, 20_000, 10_001_000, 50_000_000, Long.MAX_VALUE}) {
            assertThat(recipe.idleFrom(0, until, 10)).as("to %d", until).hasValue(1000);
        }
        assertThat(recipe.idleFrom(0, 1000, 10)).isEmpty();
    }
}
