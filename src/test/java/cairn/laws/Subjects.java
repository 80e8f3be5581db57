package cairn.laws;

import cairn.data.DataSet;
import cairn.data.Rows;
import cairn.data.source.DataFolders;
import cairn.data.source.LoadedData;
import cairn.nn.Loss;
import cairn.optim.Optimizer;
import cairn.optim.schedule.LrSchedule;
import cairn.random.Key;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.ComponentNames;
import cairn.recipe.Recipe;
import cairn.train.TrainingData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The trainings for tests of the laws: every built-in recipe, made smaller, and some more. {@code everything} has all kinds of state at
 * once; {@code own} has components that are registered nowhere.
 */
final class Subjects {
    /** The rows that are used of a data set. At least 106 are training rows, and their number is not divisible by 13. */
    private static final int ROWS = 150;
    private static final Map<String, LoadedData> OPENED = new ConcurrentHashMap<>();
    private static final Map<String, Subject> MADE = new ConcurrentHashMap<>();

    private static final List<String> SHORTER = List.of("data.batch-size=13", "data.validation=24", "data.test=20", "evaluate.every=3");

    /** The changes that make a built-in recipe smaller. Its layers and rules stay. MNIST replaces Fashion-MNIST, which is not included. */
    private static final Map<String, List<String>> SMALLER = Map.of(
            "mnist-mlp", List.of("model.1.units=32", "model.4.units=24", "schedule.warmup=5"),
            "mnist-cnn", List.of("model.0.filters=4", "model.3.filters=6", "model.7.units=16", "schedule.warmup=5"),
            "fashion-cnn", List.of("data.set=mnist", "model.0.filters=4", "model.4.body.0.filters=6", "model.4.projection.0.filters=6",
                    "model.7.units=16", "schedule.over=2ep"),
            "spirals", List.of("plateau.patience=0", "data.rows=150"),
            "discs", List.of("schedule.over=2ep", "data.rows=150"));

    private static final String EVERYTHING = """
            name: everything
            seed: 9
            data: {set: digits, batch-size: 13, micro-batches: 3, validation: 24, test: 20, augment: {shift: 2, flip: true}}
            model:
              - conv2d: {filters: 4, kernel: 3}
              - batch-norm
              - gelu
              - residual: {body: [dropout: {rate: 0.2}, conv2d: {filters: 4, kernel: 3}, batch-norm]}
              - max-pool2d
              - flatten
              - dense: {units: 12}
              - layer-norm
              - relu
              - dropout: {rate: 0.3}
              - dense: {units: 10}
            loss: {kind: softmax-cross-entropy, label-smoothing: 0.1}
            optimizer: {rule: nadam, learning-rate: 0.2, weight-decay: 0.01}
            schedule: {rule: joined, warmup: 4, parts: [{schedule: {rule: one-cycle, over: 1ep}, length: 1ep}, {schedule: {rule: cosine, over: 4ep, to: 0.1}, length: 1ep}]}
            plateau: {factor: 0.5, patience: 0, cooldown: 1}
            clip: {kind: norm, norm: 0.5}
            average: {decay: 0.9, warmup: true}
            evaluate: {every: 2}
            """;

    private static final String SPIKES = """
            name: spikes
            data: {set: iris, batch-size: 13, validation: 24, test: 20, poison: {steps: [9, 10, 16], factor: 1000}}
            model: [dense: {units: 6}, relu, dropout: {rate: 0.2}, dense: {units: 3}]
            optimizer: {rule: adam, learning-rate: 0.01}
            evaluate: {every: 3}
            recovery: {spike: {window: 6, threshold: 10, least-spread: 0.1}}
            """;

    /** Trainings with faults and a recovery rule: a skipped batch; a rollback over earlier faulty steps; a lower rate. */
    static final Map<String, Recipe> RECOVERING = Map.of(
            "skip", Recipe.parse(SPIKES, "skip"),
            "rollback", Recipe.parse(SPIKES, "rollback").with(List.of("recovery.back=4", "plateau={factor: 0.5, patience: 0}")),
            "slower", Recipe.parse(SPIKES, "slower").with(List.of("recovery={back: 3, rate-factor: 0.5, at-most: 9, confirm: true}",
                    "data.poison.factor=1.0e39", "optimizer={rule: momentum, learning-rate: 0.05}")),
            "recovers-everything", Recipe.parse(EVERYTHING, "recovers-everything")
            .with(List.of("data.poison={steps: [7, 12], factor: 1.0e39}",
                    "recovery={back: 5, rate-factor: 0.9, spike: {window: 5}}")));

    private static final String WITH_LAYER = """
            name: layer
            data: {set: digits, batch-size: 13, validation: 24, test: 20}
            model: [conv2d: {filters: 2, kernel: 3}, LAYER, flatten, dense: {units: 10}]
            evaluate: {every: 3}
            """;

    private Subjects() {
    }

    static List<String> names() {
        List<String> names = new ArrayList<>(BuiltInRecipes.names());
        names.addAll(List.of("everything", "own", "frozen"));
        names.addAll(RECOVERING.keySet());
        return names;
    }

    static List<Subject> all() {
        return names().stream().map(Subjects::get).toList();
    }

    /** All of them, and one for each optimizer, loss, schedule and layer that they do not have. */
    static List<Subject> wide() {
        List<Subject> wide = new ArrayList<>(all());
        wide.addAll(rules());
        wide.addAll(schedules());
        ComponentNames.of(Loss.class).forEach(n -> wide.add(changed(n, "loss=" + n, "clip={kind: value, value: 0.1}")));
        for (String layer : List.of("average-pool2d", "max-pool2d: {window: 3, stride: 1, padding: same}", "global-average-pool2d",
                "reshape: {shape: [4, 4, 8]}", "leaky-relu", "elu", "gelu: {form: tanh}", "sigmoid", "softplus", "softmax",
                "conv2d: {filters: 2, kernel: 2, stride: 2, padding: valid}", "conv2d: {filters: 2, kernel: 2, dilation: 2}",
                "layer-norm", "sequential: {layers: [tanh, silu, batch-norm]}")) {
            wide.add(of(layer, Recipe.parse(WITH_LAYER.replace("LAYER", layer.contains(":") ? "{" + layer + "}" : layer), layer)));
        }
        return wide;
    }

    /** One for each optimizer. */
    static List<Subject> rules() {
        return ComponentNames.of(Optimizer.class).stream()
                .map(n -> changed(n, "optimizer={rule: " + n + ", learning-rate: 0.01, weight-decay: 0.01}")).toList();
    }

    /** One for each schedule. */
    static List<Subject> schedules() {
        return ComponentNames.of(LrSchedule.class).stream().map(n -> changed(n, "schedule={rule: " + n + switch (n) {
            case "step" -> ", every: 3";
            case "exponential" -> ", decay: 0.8";
            case "polynomial" -> ", over: 1.5ep, power: 2";
            case "cosine" -> ", over: 4, periods: 3, multiply: 1.5, warmup: 3";
            case "one-cycle" -> ", over: 2ep";
            case "warmup" -> ", over: 5, then: {rule: exponential, decay: 0.5}";
            case "joined" -> ", parts: [{schedule: {rule: constant, factor: 0.3}, length: 4},"
                    + " {schedule: {rule: one-cycle, over: 1ep}, length: 1ep}, {schedule: {rule: step, every: 2}, length: 1ep}]";
            default -> "";
        } + "}")).toList();
    }

    private static Subject changed(String name, String... assignments) {
        return of(name, get("iris").recipe().with(List.of(assignments)));
    }

    static Subject get(String name) {
        return MADE.computeIfAbsent(name, n -> switch (n) {
            case "everything" -> of(n, Recipe.parse(EVERYTHING, n));
            case "frozen" -> of(n, get("everything").recipe().toBuilder().freeze("0.conv2d", "1.batch-norm", "7.layer-norm").build());
            case "own" -> of(n, UnregisteredComponents.recipe());
            case "skip", "rollback", "slower", "recovers-everything" -> of(n, RECOVERING.get(n));
            default -> of(n, shortened(n));
        });
    }

    /** A subject of a small recipe; only some of its rows are used. */
    static Subject of(String name, Recipe recipe) {
        return new Subject(name, recipe, TrainingData.cut(recipe, OPENED.computeIfAbsent(recipe.data().set().toString(), k ->
                open(recipe))));
    }

    private static Recipe shortened(String name) {
        List<String> assignments = new ArrayList<>(SHORTER);
        assignments.addAll(SMALLER.getOrDefault(name, List.of()));
        return BuiltInRecipes.get(name).with(assignments);
    }

    private static LoadedData open(Recipe recipe) {
        try {
            LoadedData whole = recipe.data().set().open(DataFolders.standard());
            return new LoadedData(some(whole.train(), ROWS), whole.test().map(t -> some(t, 20)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static DataSet some(DataSet data, int rows) {
        return new Rows(data.name(), data, Arrays.copyOf(Key.of(1).permutation(data.size()), Math.min(rows, data.size())));
    }
}
