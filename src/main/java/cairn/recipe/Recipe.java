package cairn.recipe;

import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.data.Augmentation;
import cairn.data.CorruptedBatches;
import cairn.data.Normalization;
import cairn.data.source.DataSource;
import cairn.nn.Frozen;
import cairn.nn.Layer;
import cairn.nn.Loss;
import cairn.nn.layer.Sequential;
import cairn.optim.Clipping;
import cairn.optim.Optimizer;
import cairn.optim.WeightAverage;
import cairn.optim.schedule.LrSchedule;
import cairn.optim.schedule.Plateau;
import cairn.optim.schedule.TrainingTime;
import cairn.state.ElementType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;

/**
 * What to train: everything that changes the numbers and stays the same during a run. Immutable, with a {@linkplain #digest() digest}. The
 * same recipe in YAML and in Java has the same digest.
 *
 * @param name the default name of its runs; not part of the digest
 * @param seed the seed of the root {@linkplain cairn.random.Key key}
 * @param dtype the type of every number of the model
 * @param model the layers, one after the other
 * @param plateau lowers the rate when the monitored metric stops improving, if present
 * @param clip limits the gradient before the update, if present
 * @param average keeps an average of the weights, with which the model is evaluated, if present
 * @param freeze layers that are not trained, such as {@code 0.dense}: {@link Frozen}
 * @param weights initial weights instead of those of the initializers, if present
 * @param recovery what to do at a loss that is not finite or a spike, if present; otherwise training stops
 * @param run defaults of a run's arguments; not part of the digest
 */
public record Recipe(String name, long seed, Precision dtype, Data data, List<Layer> model, Loss loss, Optimizer optimizer,
        LrSchedule schedule, Optional<Plateau> plateau, Optional<Clipping> clip, Optional<WeightAverage> average,
        Optional<List<String>> freeze, Optional<InitialWeights> weights, Optional<Recovery> recovery, Evaluate evaluate, RunDefaults run) {

    /** The search for a learning rate of 0 looks at no more steps than this one by one. */
    private static final long MOST_IDLE = 10_000_000;

    /** The type of a model's numbers. */
    public enum Precision {
        FLOAT32(ElementType.F32), FLOAT64(ElementType.F64);

        private final ElementType type;

        Precision(ElementType type) {
            this.type = type;
        }

        public ElementType type() {
            return type;
        }
    }

    /**
     * The data set, its splits, and its batches.
     *
     * @param set the source of the rows; in text, its settings stand among these
     * @param batchSize rows of an update
     * @param microBatches the rows of an update are cut into this number of parts; their gradients are added in a fixed tree
     * @param validation rows held out of the training rows, for evaluation during training
     * @param test rows held out too, if the data set has no test rows of its own
     * @param dropLast whether the last batch of an epoch is left out if it is short
     * @param normalize how features are normalized, fitted on the training rows
     * @param normalizeTargets how real targets are normalized, fitted on the training rows, if present; predictions and measures are of the
     *     targets themselves
     * @param augment changes training images at random, if present
     * @param poison corrupts some batches on purpose, if present
     * @param without training rows that are left out, if present, by their numbers in the data set that was read
     */
    public record Data(DataSource set, int batchSize, int microBatches, SplitSize validation, SplitSize test, boolean dropLast,
            Normalization.Kind normalize, Optional<Normalization.Kind> normalizeTargets, Optional<Augmentation> augment,
            Optional<CorruptedBatches> poison, Optional<List<Integer>> without) {
        public Data {
            without = without.filter(rows -> !rows.isEmpty()).map(rows -> rows.stream().distinct().sorted().toList());
            normalizeTargets = normalizeTargets.filter(kind -> kind != Normalization.Kind.NONE);
            if (batchSize < 1) {
                throw new IllegalArgumentException("batch-size: expected 1 or more, found " + batchSize);
            }
            if (microBatches < 1 || microBatches > batchSize) {
                throw new IllegalArgumentException("micro-batches: expected 1 to the batch size of " + batchSize + ", found "
                        + microBatches);
            }
        }

        static Data of(DataSource set) {
            return new Data(set, 32, 1, SplitSize.of(0.1), SplitSize.of(0.2), false, Normalization.Kind.STANDARDIZE, Optional.empty(),
                    Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /**
     * When the model is evaluated during training, and which metric is monitored. This changes numbers, because the best metric, patience
     * and plateau follow from it.
     *
     * @param every the time between two evaluations
     * @param monitor the validation metric that says which model is best: {@code loss}, {@code accuracy}, {@code macro-f1}, ...
     */
    public record Evaluate(TrainingTime every, String monitor) {
        public Evaluate {
            if (every.amount() == 0) {
                throw new IllegalArgumentException("every: expected more than 0, found " + every);
            }
        }

        /** Whether a larger value of the monitored metric is better. This is true for all metrics but losses and errors. */
        public boolean largerIsBetter() {
            return !monitor.equals("loss") && !monitor.endsWith("-error");
        }

        /** Which checkpoint of a run is best. */
        public Ranking ranking() {
            return largerIsBetter() ? Ranking.max(monitor) : Ranking.min(monitor);
        }
    }

    /**
     * Default arguments of a run. Every start and resume may override them.
     *
     * @param epochs how long to train
     * @param steps how long to train, in steps, instead of epochs
     * @param saveEvery when to save: {@link SaveRule}
     * @param keep what to keep: {@link RetentionPolicy}
     * @param patience evaluations without improvement after which training stops, if present
     */
    public record RunDefaults(Optional<Integer> epochs, Optional<Long> steps, String saveEvery, String keep, Optional<Integer> patience) {
        public RunDefaults {
            SaveRule.parse(saveEvery);
            epochs.ifPresent(e -> requirePositive("epochs", e));
            steps.ifPresent(s -> requirePositive("steps", s));
            patience.ifPresent(p -> requirePositive("patience", p));
            RetentionPolicy.parse(keep, Ranking.min("loss"));
        }

        private static void requirePositive(String name, long value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + ": expected 1 or more, found " + value);
            }
        }

        /** How long to train, in steps. */
        public long length(long stepsPerEpoch) {
            return steps.orElseGet(() -> epochs.orElse(10) * stepsPerEpoch);
        }
    }

    public Recipe {
        model = List.copyOf(model);
        freeze = freeze.filter(f -> !f.isEmpty()).map(f -> f.stream().distinct().sorted().toList());
        if (!name.matches("[a-z0-9][a-z0-9._-]*")) {
            throw new IllegalArgumentException("name: expected a-z 0-9 . _ - and no path, found '" + name + "'");
        }
        if (model.isEmpty()) {
            throw new IllegalArgumentException("model: expected at least one layer");
        }
        plateau.ifPresent(p -> {
            if ((p.mode() == Plateau.Mode.MAX) != evaluate.largerIsBetter()) {
                throw new IllegalArgumentException("plateau.mode: expected " + (evaluate.largerIsBetter() ? "max" : "min")
                        + ", because the monitored metric is " + evaluate.monitor());
            }
        });
    }

    /** A builder for a recipe in Java. What is not set has the same default as in text. */
    public static RecipeBuilder named(String name) {
        return new RecipeBuilder(name, ComponentRegistry.DEFAULTS);
    }

    /** The recipe that a YAML text writes; {@code source} names it in errors. */
    public static Recipe parse(String yaml, String source) {
        return RecipeText.parse(yaml, source);
    }

    /** The model as one layer. */
    public Sequential network() {
        return new Sequential(model);
    }

    /** The number of the model's parameters, for rows of shape {@code row}. */
    public long parameterCount(long[] row) {
        return network().parameters(row).stream().mapToLong(p -> LongStream.of(p.shape()).reduce(1, Math::multiplyExact)).sum();
    }

    /** SHA-256 of the recipe's canonical text without {@code name} and {@code run}, in hexadecimal. */
    public String digest() {
        return RecipeText.digest(this);
    }

    /** As YAML, with every setting; {@link #parse} returns this recipe again. */
    public String toYaml() {
        return RecipeText.yaml(this);
    }

    /**
     * The first step at or after {@code from} from which the learning rate is 0 until step {@code until}, so that nothing is learned. Empty
     * if the last step before {@code until} has a learning rate.
     */
    public OptionalLong idleFrom(long from, long until, long stepsPerEpoch) {
        long first = until;
        while (first > from && until - first < MOST_IDLE && schedule.factor(first - 1, stepsPerEpoch) == 0) {
            first--;
        }
        if (until - first >= MOST_IDLE) {
            first = idleFrom(from, first, step -> schedule.factor(step, stepsPerEpoch) == 0);
        }
        return first == until ? OptionalLong.empty() : OptionalLong.of(first);
    }

    /** The first idle step of a schedule that is idle from some step on: after ten million idle steps it does not begin again. */
    private static long idleFrom(long from, long idle, LongPredicate isIdle) {
        long low = from;
        long high = idle;
        while (low < high) {
            long middle = low + (high - low) / 2;
            if (isIdle.test(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return high;
    }

    /** A builder with every setting of this recipe. */
    public RecipeBuilder toBuilder() {
        return toBuilder(name);
    }

    /** A builder with every setting of this recipe, for one with another name. */
    public RecipeBuilder toBuilder(String other) {
        return new RecipeBuilder(other, this);
    }

    /** This recipe with batches of {@code rows} rows, and at most {@code rows} micro-batches. */
    public Recipe withBatchSize(int rows) {
        return toBuilder().batchSize(rows).microBatches(Math.min(rows, data.microBatches())).build();
    }

    /** The layers that are not trained. */
    public Frozen frozen() {
        return Frozen.of(freeze.orElse(List.of()));
    }

    /** This recipe with settings changed, each {@code path=value} such as {@code optimizer.learning-rate=0.01}. */
    public Recipe with(List<String> assignments) {
        return assignments.isEmpty() ? this : RecipeText.changed(this, assignments);
    }
}
