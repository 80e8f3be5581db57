package cairn.recipe;

import cairn.data.Augmentation;
import cairn.data.CorruptedBatches;
import cairn.data.Normalization;
import cairn.data.source.DataSource;
import cairn.nn.Layer;
import cairn.nn.Loss;
import cairn.optim.Clipping;
import cairn.optim.Optimizer;
import cairn.optim.WeightAverage;
import cairn.optim.schedule.LrSchedule;
import cairn.optim.schedule.Plateau;
import cairn.optim.schedule.TrainingTime;
import java.util.List;
import java.util.Optional;

/**
 * Builds a {@link Recipe} in Java. Any record of the right interface may be a part of it, registered or not; what is not set has
 * the default that it has in text.
 */
public final class RecipeBuilder {
    private final String name;
    private long seed = ComponentRegistry.DEFAULTS.seed();
    private Recipe.Precision dtype = ComponentRegistry.DEFAULTS.dtype();
    private DataSource set = ComponentRegistry.DEFAULTS.data().set();
    private int batchSize = ComponentRegistry.DEFAULTS.data().batchSize();
    private int microBatches = ComponentRegistry.DEFAULTS.data().microBatches();
    private SplitSize validation = ComponentRegistry.DEFAULTS.data().validation();
    private SplitSize test = ComponentRegistry.DEFAULTS.data().test();
    private boolean dropLast = ComponentRegistry.DEFAULTS.data().dropLast();
    private Normalization.Kind normalize = ComponentRegistry.DEFAULTS.data().normalize();
    private Optional<Augmentation> augment = Optional.empty();
    private Optional<CorruptedBatches> poison = Optional.empty();
    private List<Layer> model = List.of();
    private Loss loss = ComponentRegistry.DEFAULTS.loss();
    private Optimizer optimizer = ComponentRegistry.DEFAULTS.optimizer();
    private LrSchedule schedule = ComponentRegistry.DEFAULTS.schedule();
    private Optional<Plateau> plateau = Optional.empty();
    private Optional<Clipping> clip = Optional.empty();
    private Optional<WeightAverage> average = Optional.empty();
    private Optional<List<String>> freeze = Optional.empty();
    private Optional<InitialWeights> weights = Optional.empty();
    private Optional<Recovery> recovery = Optional.empty();
    private Recipe.Evaluate evaluate = ComponentRegistry.DEFAULTS.evaluate();
    private Recipe.Run run = ComponentRegistry.DEFAULTS.run();

    RecipeBuilder(String name) {
        this.name = name;
    }

    public RecipeBuilder seed(long value) {
        seed = value;
        return this;
    }

    public RecipeBuilder dtype(Recipe.Precision value) {
        dtype = value;
        return this;
    }

    public RecipeBuilder data(DataSource value) {
        set = value;
        return this;
    }

    public RecipeBuilder batchSize(int rows) {
        batchSize = rows;
        return this;
    }

    public RecipeBuilder microBatches(int parts) {
        microBatches = parts;
        return this;
    }

    public RecipeBuilder validation(SplitSize value) {
        validation = value;
        return this;
    }

    public RecipeBuilder test(SplitSize value) {
        test = value;
        return this;
    }

    public RecipeBuilder dropLast(boolean value) {
        dropLast = value;
        return this;
    }

    public RecipeBuilder normalize(Normalization.Kind value) {
        normalize = value;
        return this;
    }

    public RecipeBuilder augment(Augmentation value) {
        augment = Optional.of(value);
        return this;
    }

    /** Spoils some batches on purpose. */
    public RecipeBuilder poison(CorruptedBatches value) {
        poison = Optional.of(value);
        return this;
    }

    public RecipeBuilder model(Layer... layers) {
        model = List.of(layers);
        return this;
    }

    public RecipeBuilder loss(Loss value) {
        loss = value;
        return this;
    }

    public RecipeBuilder optimizer(Optimizer value) {
        optimizer = value;
        return this;
    }

    public RecipeBuilder schedule(LrSchedule value) {
        schedule = value;
        return this;
    }

    public RecipeBuilder plateau(Plateau value) {
        plateau = Optional.of(value);
        return this;
    }

    public RecipeBuilder clip(Clipping value) {
        clip = Optional.of(value);
        return this;
    }

    public RecipeBuilder average(WeightAverage value) {
        average = Optional.of(value);
        return this;
    }

    /** What to do at a loss that is not finite or leaps; without it training stops. */
    public RecipeBuilder recovery(Recovery value) {
        recovery = Optional.of(value);
        return this;
    }

    /** Layers that training leaves as they are, such as {@code 0.dense}. */
    public RecipeBuilder freeze(String... layers) {
        freeze = Optional.of(List.of(layers));
        return this;
    }

    /** What the model begins with, in the place of its initializers. */
    public RecipeBuilder weights(InitialWeights value) {
        weights = Optional.of(value);
        return this;
    }

    /** When the model is evaluated, and the metric that says which one is best. */
    public RecipeBuilder evaluate(TrainingTime every, String monitor) {
        evaluate = new Recipe.Evaluate(every, monitor);
        return this;
    }

    public RecipeBuilder epochs(int epochs) {
        run = new Recipe.Run(Optional.of(epochs), Optional.empty(), run.saveEvery(), run.keep(), run.patience());
        return this;
    }

    /** Stop after this many evaluations without improvement. */
    public RecipeBuilder patience(int evaluations) {
        run = new Recipe.Run(run.epochs(), run.steps(), run.saveEvery(), run.keep(), Optional.of(evaluations));
        return this;
    }

    /** The recipe; refused if any setting is out of its range. */
    public Recipe build() {
        return new Recipe(name, seed, dtype, new Recipe.Data(set, batchSize, microBatches, validation, test, dropLast, normalize, augment, poison),
                model, loss, optimizer, schedule, plateau, clip, average, freeze, weights, recovery, evaluate, run);
    }
}
