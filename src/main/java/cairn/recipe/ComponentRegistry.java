package cairn.recipe;

import cairn.data.Augmentation;
import cairn.data.CorruptedBatches;
import cairn.data.source.BuiltInData;
import cairn.data.source.CsvSchema;
import cairn.data.source.DataSource;
import cairn.nn.Layer;
import cairn.nn.Loss;
import cairn.nn.init.Glorot;
import cairn.nn.init.He;
import cairn.nn.init.Initializer;
import cairn.nn.init.Lecun;
import cairn.nn.init.Normal;
import cairn.nn.init.Orthogonal;
import cairn.nn.init.TruncatedNormal;
import cairn.nn.init.Uniform;
import cairn.nn.init.Zeros;
import cairn.nn.layer.AveragePool2d;
import cairn.nn.layer.BatchNorm;
import cairn.nn.layer.Conv2d;
import cairn.nn.layer.Dense;
import cairn.nn.layer.Dropout;
import cairn.nn.layer.Elu;
import cairn.nn.layer.Flatten;
import cairn.nn.layer.Gelu;
import cairn.nn.layer.GlobalAveragePool2d;
import cairn.nn.layer.LayerNorm;
import cairn.nn.layer.LeakyRelu;
import cairn.nn.layer.MaxPool2d;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Reshape;
import cairn.nn.layer.Residual;
import cairn.nn.layer.Sequential;
import cairn.nn.layer.Sigmoid;
import cairn.nn.layer.Silu;
import cairn.nn.layer.Softmax;
import cairn.nn.layer.Softplus;
import cairn.nn.layer.Tanh;
import cairn.nn.loss.Huber;
import cairn.nn.loss.MeanAbsoluteError;
import cairn.nn.loss.MeanSquaredError;
import cairn.nn.loss.SigmoidCrossEntropy;
import cairn.nn.loss.SoftmaxCrossEntropy;
import cairn.optim.AdaGrad;
import cairn.optim.Adam;
import cairn.optim.AdamW;
import cairn.optim.AmsGrad;
import cairn.optim.ClipNorm;
import cairn.optim.ClipValue;
import cairn.optim.Clipping;
import cairn.optim.Lion;
import cairn.optim.Momentum;
import cairn.optim.NAdam;
import cairn.optim.Nesterov;
import cairn.optim.Optimizer;
import cairn.optim.RmsProp;
import cairn.optim.Sgd;
import cairn.optim.WeightAverage;
import cairn.optim.schedule.Constant;
import cairn.optim.schedule.Cosine;
import cairn.optim.schedule.Exponential;
import cairn.optim.schedule.Joined;
import cairn.optim.schedule.LrSchedule;
import cairn.optim.schedule.OneCycle;
import cairn.optim.schedule.Plateau;
import cairn.optim.schedule.Polynomial;
import cairn.optim.schedule.StepDecay;
import cairn.optim.schedule.TrainingTime;
import cairn.optim.schedule.Warmup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The components that a recipe in text can name: the built-in ones, and those of every {@link ComponentProvider} on the class path. */
public final class ComponentRegistry {
    private static final TrainingTime ONE = TrainingTime.epochs(1);

    /** The defaults of a recipe. Its name, data and model are never used. */
    static final Recipe DEFAULTS = new Recipe("unnamed", 0, Recipe.Precision.FLOAT32,
            Recipe.Data.of(new BuiltInData.Iris()), List.of(new Relu()), SoftmaxCrossEntropy.of(), Adam.of(0.001), Constant.of(),
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
            new Recipe.Evaluate(TrainingTime.epochs(1), "loss"),
            new Recipe.RunDefaults(Optional.empty(), Optional.empty(), "1ep,best", "last:3,best:1", Optional.empty()));

    /**
     * A section that has no name of its own, such as {@code plateau}. It stands in a list or may be left out.
     *
     * @param prototype its defaults
     * @param required settings without a default
     */
    record Section(Record prototype, Set<String> required) {
    }

    private static final Map<Class<?>, Section> SECTIONS = Map.of(
            Plateau.class, new Section(Plateau.of(Plateau.Mode.MIN), Set.of()),
            WeightAverage.class, new Section(WeightAverage.of(0.999), Set.of("decay")),
            Recovery.class, new Section(Recovery.of(), Set.of()),
            Recovery.Spike.class, new Section(Recovery.Spike.of(), Set.of()),
            CorruptedBatches.class, new Section(CorruptedBatches.none(), Set.of("steps")),
            InitialWeights.class, new Section(InitialWeights.of("file"), Set.of("from")),
            Augmentation.class, new Section(Augmentation.none(), Set.of()),
            Joined.Part.class, new Section(new Joined.Part(Constant.of(), ONE), Set.of("schedule", "length")));

    private static final Map<Class<?>, String> ROLES = Map.of(Layer.class, "layer", Initializer.class, "initializer", Loss.class, "loss",
            Optimizer.class, "rule", LrSchedule.class, "schedule", Clipping.class, "clipping", DataSource.class, "data set");

    private final List<Component> components;

    private ComponentRegistry(List<Component> components) {
        this.components = components;
    }

    /** Every component that can be named here. */
    public static ComponentRegistry all() {
        List<Component> all = new ArrayList<>(shipped().components);
        OwnClasses.providers().forEach(provider -> OwnClasses.components(provider).forEach(c -> add(all, c)));
        return new ComponentRegistry(all);
    }

    /** The components that come with Cairn. */
    static ComponentRegistry shipped() {
        List<Component> all = new ArrayList<>(builtIn());
        BuiltInData.all().forEach(set -> all.add(set(set.about().name(), (Record) set)));
        return new ComponentRegistry(all);
    }

    /** These components, and those among {@code parts} that are registered nowhere, each with the settings of the part as its defaults. */
    ComponentRegistry with(RecipeParts parts) {
        List<Component> all = new ArrayList<>(components);
        for (Record part : parts.all()) {
            for (Class<?> role : ROLES.keySet()) {
                if (role.isInstance(part) && all.stream().noneMatch(c -> c.prototype().getClass() == part.getClass())) {
                    add(all, Component.of(role, nameOf(part), part));
                }
            }
        }
        return new ComponentRegistry(all);
    }

    private static void add(List<Component> all, Component component) {
        all.stream().filter(c -> c.role() == component.role() && c.name().equals(component.name())).findFirst().ifPresent(c -> {
            throw new IllegalArgumentException("two classes have the name '" + component.name() + "' as a " + ROLES.get(component.role())
                    + ": " + c.prototype().getClass().getName() + " and " + component.prototype().getClass().getName()
                    + "; rename the provided one");
        });
        all.add(component);
    }

    private static List<Component> builtIn() {
        return List.of(
                layer(Dense.of(1), "units"), layer(Conv2d.of(1, 1), "filters", "kernel"), layer(MaxPool2d.of(2)),
                layer(AveragePool2d.of(2)), layer(new GlobalAveragePool2d()), layer(new Flatten()),
                layer(new Reshape(List.of(1)), "shape"), layer(BatchNorm.of()), layer(LayerNorm.of()), layer(new Dropout(0.5), "rate"),
                layer(new Relu()), layer(LeakyRelu.of()), layer(Elu.of()), layer(Gelu.of()), layer(new Silu()), layer(new Sigmoid()),
                layer(new Tanh()), layer(new Softplus()), layer(new Softmax()), layer(Residual.of(new Relu()), "body"),
                layer(new Sequential(List.of()), "layers"),

                Component.of(Initializer.class, "zeros", new Zeros()),
                Component.of(Initializer.class, "constant", new cairn.nn.init.Constant(0), "value"),
                Component.of(Initializer.class, "uniform", new Uniform(-0.05, 0.05)),
                Component.of(Initializer.class, "normal", new Normal(0, 0.05)),
                Component.of(Initializer.class, "truncated-normal", new TruncatedNormal(0, 0.05)),
                Component.of(Initializer.class, "glorot", Glorot.of()),
                Component.of(Initializer.class, "he", new He()), Component.of(Initializer.class, "lecun", new Lecun()),
                Component.of(Initializer.class, "orthogonal", Orthogonal.of()),

                Component.of(Loss.class, "softmax-cross-entropy", SoftmaxCrossEntropy.of()),
                Component.of(Loss.class, "sigmoid-cross-entropy", new SigmoidCrossEntropy()),
                Component.of(Loss.class, "mean-squared-error", new MeanSquaredError()),
                Component.of(Loss.class, "mean-absolute-error", new MeanAbsoluteError()), Component.of(Loss.class, "huber", Huber.of()),

                rule("sgd", Sgd.of(0.01)), rule("momentum", Momentum.of(0.01)), rule("nesterov", Nesterov.of(0.01)),
                rule("rmsprop", RmsProp.of(0.01)), rule("adagrad", AdaGrad.of(0.01)), rule("adam", Adam.of(0.001)),
                rule("adamw", AdamW.of(0.001)), rule("amsgrad", AmsGrad.of(0.001)), rule("nadam", NAdam.of(0.002)),
                rule("lion", Lion.of(0.0001)),

                Component.of(LrSchedule.class, "constant", Constant.of()),
                Component.of(LrSchedule.class, "step", StepDecay.of(ONE), "every"),
                Component.of(LrSchedule.class, "exponential", Exponential.of(0.9), "decay"),
                Component.of(LrSchedule.class, "polynomial", Polynomial.of(ONE), "over"),
                Component.of(LrSchedule.class, "cosine", Cosine.of(ONE), "over"),
                Component.of(LrSchedule.class, "one-cycle", OneCycle.of(ONE), "over"),
                Component.of(LrSchedule.class, "warmup", new Warmup(ONE, Constant.of()), "over"),
                Component.of(LrSchedule.class, "joined", Joined.of(new Joined.Part(Constant.of(), ONE)), "parts"),

                Component.of(Clipping.class, "norm", new ClipNorm(1), "norm"),
                Component.of(Clipping.class, "value", new ClipValue(1), "value"),

                set("csv", new DataSource.Csv("rows.csv", "", "", List.of(), List.of(), CsvSchema.Encoding.ONE_HOT, List.of(), true, ","),
                        "file"),
                set("image-folder", new DataSource.ImageFolder("images", "", false, 0, 0), "folder"),
                set("npz", new DataSource.Npz("arrays.npz", "features", "labels", "", "", 0), "file"),
                set("idx", new DataSource.IdxFiles("images", "labels", "", "", 10), "images", "labels"));
    }

    private static Component layer(Record prototype, String... required) {
        return Component.of(Layer.class, ((Layer) prototype).kind(), prototype, required);
    }

    private static Component rule(String name, Record prototype) {
        return Component.of(Optimizer.class, name, prototype, "learning-rate");
    }

    private static Component set(String name, Record prototype, String... required) {
        return Component.of(DataSource.class, name, prototype, required);
    }

    /** The component of {@code role} called {@code name}. */
    public Optional<Component> find(Class<?> role, String name) {
        return components.stream().filter(c -> c.role() == role && c.name().equals(name)).findFirst();
    }

    /** The settings of all components called {@code name}, in any role. */
    Set<String> settingsOf(String name) {
        return components.stream().filter(c -> c.name().equals(name)).flatMap(c -> SettingsReader.settingsOf(c).stream())
                .collect(Collectors.toSet());
    }

    /** The settings of a component that are numbers, by their names. */
    public Map<String, Double> numbersOf(Object component) {
        return component instanceof Record record ? Setting.of(record).stream().filter(s -> s.value() instanceof Number)
                .collect(Collectors.toMap(Setting::name, s -> ((Number) s.value()).doubleValue())) : Map.of();
    }

    /** The names of all components of {@code role}, the built-in ones first. */
    List<String> names(Class<?> role) {
        return components.stream().filter(c -> c.role() == role).map(Component::name).toList();
    }

    /** Whether {@code type} is an interface whose implementations recipes name. */
    boolean isRole(Class<?> type) {
        return ROLES.containsKey(type);
    }

    String roleName(Class<?> role) {
        return ROLES.get(role);
    }

    boolean isComponent(Record record) {
        return ROLES.keySet().stream().anyMatch(role -> role.isInstance(record));
    }

    /**
     * The name of a component: the registered name, or else the name of its class.
     *
     * @throws IllegalArgumentException if another component has this name, because text and digest of a recipe could not tell them apart
     */
    public String nameOf(Object component) {
        Optional<String> registered = components.stream().filter(c -> c.prototype().getClass() == component.getClass()).map(Component::name)
                .findFirst();
        String name = registered.orElseGet(() -> component instanceof Layer layer ? layer.kind()
                : Setting.kebab(component.getClass().getSimpleName()).toLowerCase(Locale.ROOT));
        if (registered.isEmpty()) {
            components.stream().filter(c -> c.role().isInstance(component) && c.name().equals(name)).findFirst().ifPresent(c -> {
                throw new IllegalArgumentException(component.getClass().getName() + " would be called '" + name + "' in a recipe, as "
                        + c.prototype().getClass().getName() + " is; rename it");
            });
        }
        return name;
    }

    /** The section of this type, if it is one that may be left out or stand in a list. */
    Optional<Section> section(Class<?> type) {
        return Optional.ofNullable(SECTIONS.get(type));
    }
}
