package cairn.recipe;

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

/**
 * What to train: everything that changes the numbers and never changes during a run. Immutable, with a {@linkplain #digest()
 * digest}; the same recipe in YAML and in Java has the same one.
 *
 * @param name what runs of it are called by default; not part of the digest
 * @param seed the seed of the root {@linkplain cairn.random.Key key}
 * @param dtype the type of every number of the model
 * @param model the layers, one after the other
 * @param plateau lowers the rate when the monitored metric stops improving, if present
 * @param clip limits the gradient before the update, if present
 * @param average keeps an average of the weights, with which the model is evaluated, if present
 * @param freeze layers that training leaves as they are, such as {@code 0.dense}: {@link cairn.nn.Frozen}
 * @param weights what the model begins with in the place of its initializers, if present
 * @param recovery what to do at a loss that is not finite or leaps, if present; otherwise training stops
 * @param run defaults of a run's arguments; not part of the digest
 */
public record Recipe(String name, long seed, Precision dtype, Data data, List<Layer> model, Loss loss, Optimizer optimizer,
        LrSchedule schedule, Optional<Plateau> plateau, Optional<Clipping> clip, Optional<WeightAverage> average,
        Optional<List<String>> freeze, Optional<InitialWeights> weights, Optional<Recovery> recovery, Evaluate evaluate, Run run) {

    /** So far a rate of 0 is looked for, step by step. */
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
     * What to learn from, and how it is cut and dealt.
     *
     * @param set where the rows come from; in text its own settings stand among these
     * @param batchSize rows in an update
     * @param microBatches parts into which an update's rows are cut; their gradients are added in a fixed tree
     * @param validation held out of the training rows, for evaluation during training
     * @param test held out too, if the set does not come with test rows of its own
     * @param dropLast whether the last batch of an epoch is left out if it is short
     * @param normalize how features are normalized, fitted on the training rows
     * @param augment changes training images by chance, if present
     * @param poison spoils some batches on purpose, if present
     */
    public record Data(DataSource set, int batchSize, int microBatches, SplitSize validation, SplitSize test, boolean dropLast,
            Normalization.Kind normalize, Optional<Augmentation> augment, Optional<CorruptedBatches> poison) {
        public Data {
            if (batchSize < 1) {
                throw new IllegalArgumentException("batch-size: expected 1 or more, found " + batchSize);
            }
            if (microBatches < 1 || microBatches > batchSize) {
                throw new IllegalArgumentException("micro-batches: expected 1 to the batch size of " + batchSize + ", found "
                        + microBatches);
            }
        }

        static Data of(DataSource set) {
            return new Data(set, 32, 1, SplitSize.of(0.1), SplitSize.of(0.2), false, Normalization.Kind.STANDARDIZE, Optional.empty(), Optional.empty());
        }
    }

    /**
     * When the model is evaluated during training, and what is watched. This changes numbers: the best metric, patience and
     * plateau follow from it.
     *
     * @param every the cadence
     * @param monitor the validation metric that says which model is best: {@code loss}, {@code accuracy}, {@code macro-f1}, ...
     */
    public record Evaluate(TrainingTime every, String monitor) {
        public Evaluate {
            if (every.amount() == 0) {
                throw new IllegalArgumentException("every: expected more than 0, found " + every);
            }
        }

        /** Whether a larger value of the monitored metric is better: so for all but losses and errors. */
        public boolean largerIsBetter() {
            return !monitor.equals("loss") && !monitor.endsWith("-error");
        }
    }

    /**
     * Defaults for a run's arguments, which may be given anew at every start.
     *
     * @param epochs how long to train
     * @param steps how long to train, in steps, instead of epochs
     * @param saveEvery when to save: {@link SaveRule}
     * @param keep what to keep: {@link cairn.checkpoint.retention.RetentionPolicy}
     * @param patience evaluations without improvement after which training stops, if present
     */
    public record Run(Optional<Integer> epochs, Optional<Long> steps, String saveEvery, String keep, Optional<Integer> patience) {
        public Run {
            SaveRule.parse(saveEvery);
            epochs.ifPresent(e -> requirePositive("epochs", e));
            steps.ifPresent(s -> requirePositive("steps", s));
            patience.ifPresent(p -> requirePositive("patience", p));
            cairn.checkpoint.retention.RetentionPolicy.parse(keep, cairn.checkpoint.retention.Ranking.min("loss"));
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
                        + ", as is better of the monitored " + evaluate.monitor());
            }
        });
    }

    /** A recipe in Java; what is not set has the default that it has in text. */
    public static RecipeBuilder named(String name) {
        return new RecipeBuilder(name);
    }

    /** The recipe that a YAML text writes; {@code source} names it in errors. */
    public static Recipe parse(String yaml, String source) {
        return RecipeText.parse(yaml, source, List.of());
    }

    /** The model as one layer. */
    public Sequential network() {
        return new Sequential(model);
    }

    /** SHA-256 of the recipe's canonical text without {@code name} and {@code run}, in hexadecimal. */
    public String digest() {
        return RecipeText.digest(this);
    }

    /** As YAML, with every setting spelt out; {@link #parse} gives this recipe again. */
    public String toYaml() {
        return RecipeText.yaml(this);
    }

    /**
     * The first step from which on the schedule leaves no learning rate at all until step {@code until}, so that nothing is learned
     * there; nothing if the last step before {@code until} still has one. It is not looked for before {@code from}.
     */
    public OptionalLong idleFrom(long from, long until, long stepsPerEpoch) {
        long first = until;
        while (first > from && until - first < MOST_IDLE && schedule.factor(first - 1, stepsPerEpoch) == 0) {
            first--;
        }
        return first == until ? OptionalLong.empty() : OptionalLong.of(first);
    }

    /** This recipe with other defaults for a run's arguments; the digest is the same. */
    public Recipe withRun(Run other) {
        return new Recipe(name, seed, dtype, data, model, loss, optimizer, schedule, plateau, clip, average, freeze, weights, recovery, evaluate, other);
    }

    /** This recipe beginning with other weights. */
    public Recipe withWeights(InitialWeights other) {
        return new Recipe(name, seed, dtype, data, model, loss, optimizer, schedule, plateau, clip, average, freeze, Optional.of(other), recovery,
                evaluate, run);
    }

    /** This recipe with these layers frozen. */
    public Recipe withFrozen(List<String> layers) {
        return new Recipe(name, seed, dtype, data, model, loss, optimizer, schedule, plateau, clip, average, Optional.of(layers), weights, recovery,
                evaluate, run);
    }

    /** The layers that training leaves as they are. */
    public Frozen frozen() {
        return Frozen.of(freeze.orElse(List.of()));
    }

    /** This recipe with settings changed, each {@code path=value} such as {@code optimizer.learning-rate=0.01}. */
    public Recipe with(List<String> assignments) {
        return assignments.isEmpty() ? this : RecipeText.parse(toYaml(), name, assignments);
    }
}
