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
 * Builds a {@link Recipe} in Java. A component may be any record of the right interface, registered or not. A setting that is not set has
 * the same default as in text.
 */
public final class RecipeBuilder {
    private final String name;
    private long seed;
    private Recipe.Precision dtype;
    private DataSource set;
    private int batchSize;
    private int microBatches;
    private SplitSize validation;
    private SplitSize test;
    private boolean dropLast;
    private Normalization.Kind normalize;
    private Optional<Normalization.Kind> normalizeTargets;
    private Optional<Augmentation> augment;
    private Optional<CorruptedBatches> poison;
    private Optional<List<Integer>> without;
    private List<Layer> model;
    private Loss loss;
    private Optimizer optimizer;
    private LrSchedule schedule;
    private Optional<Plateau> plateau;
    private Optional<Clipping> clip;
    private Optional<WeightAverage> average;
    private Optional<List<String>> freeze;
    private Optional<InitialWeights> weights;
    private Optional<Recovery> recovery;
    private Recipe.Evaluate evaluate;
    private Recipe.RunDefaults run;

    /** Begins with every setting of {@code recipe}. */
    RecipeBuilder(String name, Recipe recipe) {
        this.name = name;
        seed = recipe.seed();
        dtype = recipe.dtype();
        set = recipe.data().set();
        batchSize = recipe.data().batchSize();
        microBatches = recipe.data().microBatches();
        validation = recipe.data().validation();
        test = recipe.data().test();
        dropLast = recipe.data().dropLast();
        normalize = recipe.data().normalize();
        normalizeTargets = recipe.data().normalizeTargets();
        augment = recipe.data().augment();
        poison = recipe.data().poison();
        without = recipe.data().without();
        model = recipe.model();
        loss = recipe.loss();
        optimizer = recipe.optimizer();
        schedule = recipe.schedule();
        plateau = recipe.plateau();
        clip = recipe.clip();
        average = recipe.average();
        freeze = recipe.freeze();
        weights = recipe.weights();
        recovery = recipe.recovery();
        evaluate = recipe.evaluate();
        run = recipe.run();
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

    /** Normalizes real targets. */
    public RecipeBuilder normalizeTargets(Normalization.Kind value) {
        normalizeTargets = Optional.of(value);
        return this;
    }

    public RecipeBuilder augment(Augmentation value) {
        augment = Optional.of(value);
        return this;
    }

    /** Corrupts some batches on purpose. */
    public RecipeBuilder poison(CorruptedBatches value) {
        poison = Optional.of(value);
        return this;
    }

    /** Leaves these training rows out, by their numbers in the data set that was read. */
    public RecipeBuilder without(Integer... rows) {
        without = Optional.of(List.of(rows));
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

    /** What to do at a loss that is not finite or a spike; without it training stops. */
    public RecipeBuilder recovery(Recovery value) {
        recovery = Optional.of(value);
        return this;
    }

    /** Layers that are not trained, such as {@code 0.dense}. */
    public RecipeBuilder freeze(String... layers) {
        freeze = Optional.of(List.of(layers));
        return this;
    }

    /** Initial weights, instead of those of the initializers. */
    public RecipeBuilder weights(InitialWeights value) {
        weights = Optional.of(value);
        return this;
    }

    /** How often the model is evaluated, and the metric that says which model is best. */
    public RecipeBuilder evaluate(TrainingTime every, String monitor) {
        evaluate = new Recipe.Evaluate(every, monitor);
        return this;
    }

    /** Defaults for the arguments of a run. */
    public RecipeBuilder run(Recipe.RunDefaults value) {
        run = value;
        return this;
    }

    public RecipeBuilder epochs(int epochs) {
        run = new Recipe.RunDefaults(Optional.of(epochs), Optional.empty(), run.saveEvery(), run.keep(), run.patience());
        return this;
    }

    /** Stop after this many evaluations without improvement. */
    public RecipeBuilder patience(int evaluations) {
        run = new Recipe.RunDefaults(run.epochs(), run.steps(), run.saveEvery(), run.keep(), Optional.of(evaluations));
        return this;
    }

    /** The recipe; refused if any setting is out of its range. */
    public Recipe build() {
        Recipe.Data data = new Recipe.Data(set, batchSize, microBatches, validation, test, dropLast, normalize, normalizeTargets,
                augment, poison, without);
        return new Recipe(name, seed, dtype, data, model, loss, optimizer, schedule, plateau, clip, average, freeze, weights, recovery,
                evaluate, run);
    }
}
