package cairn.train;

import cairn.data.Augmentation;
import cairn.data.CsvSchema;
import cairn.data.DataSource;
import cairn.data.Poison;
import cairn.nn.AveragePool2d;
import cairn.nn.BatchNorm;
import cairn.nn.Conv2d;
import cairn.nn.Dense;
import cairn.nn.Dropout;
import cairn.nn.Elu;
import cairn.nn.Flatten;
import cairn.nn.Gelu;
import cairn.nn.GlobalAveragePool2d;
import cairn.nn.Glorot;
import cairn.nn.He;
import cairn.nn.Huber;
import cairn.nn.Initializer;
import cairn.nn.Layer;
import cairn.nn.LayerNorm;
import cairn.nn.Lecun;
import cairn.nn.LeakyRelu;
import cairn.nn.Loss;
import cairn.nn.MaxPool2d;
import cairn.nn.MeanAbsoluteError;
import cairn.nn.MeanSquaredError;
import cairn.nn.Normal;
import cairn.nn.Orthogonal;
import cairn.nn.Relu;
import cairn.nn.Reshape;
import cairn.nn.Residual;
import cairn.nn.Sequential;
import cairn.nn.Sigmoid;
import cairn.nn.SigmoidCrossEntropy;
import cairn.nn.Silu;
import cairn.nn.Softmax;
import cairn.nn.SoftmaxCrossEntropy;
import cairn.nn.Softplus;
import cairn.nn.Tanh;
import cairn.nn.TruncatedNormal;
import cairn.nn.Uniform;
import cairn.nn.Zeros;
import cairn.optim.AdaGrad;
import cairn.optim.Adam;
import cairn.optim.AdamW;
import cairn.optim.AmsGrad;
import cairn.optim.ClipNorm;
import cairn.optim.ClipValue;
import cairn.optim.Clipping;
import cairn.optim.Constant;
import cairn.optim.Cosine;
import cairn.optim.Exponential;
import cairn.optim.Joined;
import cairn.optim.Lion;
import cairn.optim.LrSchedule;
import cairn.optim.Momentum;
import cairn.optim.NAdam;
import cairn.optim.Nesterov;
import cairn.optim.OneCycle;
import cairn.optim.Optimizer;
import cairn.optim.Plateau;
import cairn.optim.Polynomial;
import cairn.optim.RmsProp;
import cairn.optim.Sgd;
import cairn.optim.Span;
import cairn.optim.StepDecay;
import cairn.optim.Warmup;
import cairn.optim.WeightAverage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/** The parts that a recipe in text can name: the built-in ones, and those of every {@link KindProvider} on the class path. */
final class Kinds {
    private static final Span ONE = Span.epochs(1);

    /** A recipe of defaults; what it says of name, data and model is never used. */
    static final Recipe DEFAULTS = new Recipe("unnamed", 0, Recipe.Precision.FLOAT32,
            Recipe.Data.of(new DataSource.Iris()), List.of(new Relu()), SoftmaxCrossEntropy.of(), Adam.of(0.001), Constant.of(),
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), new Recipe.Evaluate(Span.epochs(1), "loss"),
            new Recipe.Run(Optional.empty(), Optional.empty(), "1ep,best", "last:3,best:1", Optional.empty()));

    /**
     * A section that is no part with a name, and stands in lists or may be left out.
     *
     * @param prototype holds its defaults
     * @param required settings without a default
     */
    record Section(Record prototype, Set<String> required) {
    }

    private static final Map<Class<?>, Section> SECTIONS = Map.of(
            Plateau.class, new Section(Plateau.of(Plateau.Mode.MIN), Set.of()),
            WeightAverage.class, new Section(WeightAverage.of(0.999), Set.of("decay")),
            Recovery.class, new Section(Recovery.of(), Set.of()),
            Recovery.Spike.class, new Section(Recovery.Spike.of(), Set.of()),
            Poison.class, new Section(Poison.none(), Set.of("steps")),
            Weights.class, new Section(new Weights("file", Optional.empty(), List.of(), List.of()), Set.of("from")),
            Augmentation.class, new Section(Augmentation.none(), Set.of()),
            Joined.Part.class, new Section(new Joined.Part(Constant.of(), ONE), Set.of("schedule", "length")));

    private static final Map<Class<?>, String> ROLES = Map.of(Layer.class, "layer", Initializer.class, "initializer", Loss.class, "loss",
            Optimizer.class, "rule", LrSchedule.class, "schedule", Clipping.class, "clipping", DataSource.class, "data set");

    private final List<Kind> kinds;

    private Kinds(List<Kind> kinds) {
        this.kinds = kinds;
    }

    static Kinds all() {
        List<Kind> all = new ArrayList<>(builtIn());
        ServiceLoader.load(KindProvider.class).forEach(p -> p.kinds().forEach(k -> add(all, k)));
        return new Kinds(all);
    }

    private static void add(List<Kind> all, Kind kind) {
        all.stream().filter(k -> k.role() == kind.role() && k.name().equals(kind.name())).findFirst().ifPresent(k -> {
            throw new IllegalArgumentException("two parts would be the " + ROLES.get(kind.role()) + " '" + kind.name() + "': "
                    + k.prototype().getClass().getName() + " and " + kind.prototype().getClass().getName() + "; rename the provided one");
        });
        all.add(kind);
    }

    private static List<Kind> builtIn() {
        return List.of(
                layer(Dense.of(1), "units"), layer(Conv2d.of(1, 1), "filters", "kernel"), layer(MaxPool2d.of(2)),
                layer(AveragePool2d.of(2)), layer(new GlobalAveragePool2d()), layer(new Flatten()),
                layer(new Reshape(List.of(1)), "shape"), layer(BatchNorm.of()), layer(LayerNorm.of()), layer(new Dropout(0.5), "rate"),
                layer(new Relu()), layer(LeakyRelu.of()), layer(Elu.of()), layer(Gelu.of()), layer(new Silu()), layer(new Sigmoid()),
                layer(new Tanh()), layer(new Softplus()), layer(new Softmax()), layer(Residual.of(new Relu()), "body"),
                layer(new Sequential(List.of()), "layers"),

                Kind.of(Initializer.class, "zeros", new Zeros()), Kind.of(Initializer.class, "constant", new cairn.nn.Constant(0), "value"),
                Kind.of(Initializer.class, "uniform", new Uniform(-0.05, 0.05)), Kind.of(Initializer.class, "normal", new Normal(0, 0.05)),
                Kind.of(Initializer.class, "truncated-normal", new TruncatedNormal(0, 0.05)), Kind.of(Initializer.class, "glorot", Glorot.of()),
                Kind.of(Initializer.class, "he", new He()), Kind.of(Initializer.class, "lecun", new Lecun()),
                Kind.of(Initializer.class, "orthogonal", Orthogonal.of()),

                Kind.of(Loss.class, "softmax-cross-entropy", SoftmaxCrossEntropy.of()),
                Kind.of(Loss.class, "sigmoid-cross-entropy", new SigmoidCrossEntropy()),
                Kind.of(Loss.class, "mean-squared-error", new MeanSquaredError()),
                Kind.of(Loss.class, "mean-absolute-error", new MeanAbsoluteError()), Kind.of(Loss.class, "huber", Huber.of()),

                rule("sgd", Sgd.of(0.01)), rule("momentum", Momentum.of(0.01)), rule("nesterov", Nesterov.of(0.01)),
                rule("rmsprop", RmsProp.of(0.01)), rule("adagrad", AdaGrad.of(0.01)), rule("adam", Adam.of(0.001)),
                rule("adamw", AdamW.of(0.001)), rule("amsgrad", AmsGrad.of(0.001)), rule("nadam", NAdam.of(0.002)),
                rule("lion", Lion.of(0.0001)),

                Kind.of(LrSchedule.class, "constant", Constant.of()), Kind.of(LrSchedule.class, "step", StepDecay.of(ONE), "every"),
                Kind.of(LrSchedule.class, "exponential", Exponential.of(0.9), "decay"),
                Kind.of(LrSchedule.class, "polynomial", Polynomial.of(ONE), "over"),
                Kind.of(LrSchedule.class, "cosine", Cosine.of(ONE), "over"), Kind.of(LrSchedule.class, "one-cycle", OneCycle.of(ONE), "over"),
                Kind.of(LrSchedule.class, "warmup", new Warmup(ONE, Constant.of()), "over"), Kind.of(LrSchedule.class, "joined", Joined.of(new Joined.Part(Constant.of(), ONE)), "parts"),

                Kind.of(Clipping.class, "norm", new ClipNorm(1), "norm"), Kind.of(Clipping.class, "value", new ClipValue(1), "value"),

                set("iris", new DataSource.Iris()), set("wine", new DataSource.Wine()), set("breast-cancer", new DataSource.BreastCancer()),
                set("digits", new DataSource.Digits()), set("mnist", new DataSource.Mnist()), set("fashion-mnist", new DataSource.FashionMnist()),
                set("cifar-10", new DataSource.Cifar10()), set("spirals", new DataSource.Spirals(600, 3, 0.1, 1)),
                set("moons", new DataSource.Moons(400, 0.1, 1)), set("blobs", new DataSource.Blobs(400, 3, 1.0, 1)),
                set("xor", new DataSource.Xor(400, 0.1, 1)),
                set("csv", new DataSource.Csv("rows.csv", "", "", List.of(), List.of(), CsvSchema.Encoding.ONE_HOT, List.of(), true, ","), "file"),
                set("image-folder", new DataSource.ImageFolder("images", "", false, 0, 0), "folder"),
                set("npz", new DataSource.Npz("arrays.npz", "features", "labels", "", "", 0), "file"),
                set("idx", new DataSource.IdxFiles("images", "labels", "", "", 10), "images", "labels"));
    }

    private static Kind layer(Record prototype, String... required) {
        return Kind.of(Layer.class, ((Layer) prototype).kind(), prototype, required);
    }

    private static Kind rule(String name, Record prototype) {
        return Kind.of(Optimizer.class, name, prototype, "learning-rate");
    }

    private static Kind set(String name, Record prototype, String... required) {
        return Kind.of(DataSource.class, name, prototype, required);
    }

    Optional<Kind> find(Class<?> role, String name) {
        return kinds.stream().filter(k -> k.role() == role && k.name().equals(name)).findFirst();
    }

    /** The settings of all parts called {@code name}, whatever their role. */
    Set<String> settingsOf(String name) {
        return kinds.stream().filter(k -> k.name().equals(name)).flatMap(k -> SettingsReader.settingsOf(k).stream())
                .collect(Collectors.toSet());
    }

    List<String> names(Class<?> role) {
        return kinds.stream().filter(k -> k.role() == role).map(Kind::name).toList();
    }

    /** Whether {@code type} is an interface whose implementations recipes name. */
    boolean isRole(Class<?> type) {
        return ROLES.containsKey(type);
    }

    String roleName(Class<?> role) {
        return ROLES.get(role);
    }

    boolean isPart(Record record) {
        return ROLES.keySet().stream().anyMatch(role -> role.isInstance(record));
    }

    /**
     * The name of a part: as it is registered, or as its class is called.
     *
     * @throws IllegalArgumentException if that is the name of another part, for a recipe's text and digest would take one for the other
     */
    String nameOf(Object part) {
        Optional<String> registered = kinds.stream().filter(k -> k.prototype().getClass() == part.getClass()).map(Kind::name).findFirst();
        String name = registered.orElseGet(() -> part instanceof Layer layer ? layer.kind()
                : Setting.kebab(part.getClass().getSimpleName()).toLowerCase(Locale.ROOT));
        if (registered.isEmpty()) {
            kinds.stream().filter(k -> k.role().isInstance(part) && k.name().equals(name)).findFirst().ifPresent(k -> {
                throw new IllegalArgumentException(part.getClass().getName() + " would be called '" + name + "' in a recipe, as "
                        + k.prototype().getClass().getName() + " is; rename it");
            });
        }
        return name;
    }

    /** The defaults of a section of type {@code type}, if it is one that may be left out. */
    Optional<Section> section(Class<?> type) {
        return Optional.ofNullable(SECTIONS.get(type));
    }
}
