package cairn.train;

import cairn.checkpoint.retention.RetentionPolicy;
import cairn.checkpoint.retention.RetentionRule;
import cairn.data.Batches;
import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.NormalizedTargets;
import cairn.data.Rows;
import cairn.data.Splits;
import cairn.nn.Frozen;
import cairn.nn.Layer;
import cairn.nn.Loss;
import cairn.nn.Parameter;
import cairn.nn.layer.Sequential;
import cairn.nn.layer.Sigmoid;
import cairn.nn.layer.Softmax;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeException;
import cairn.words.Printable;
import cairn.words.Spelling;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks whether the components of a recipe fit each other and the data, before anything is allocated. */
public final class RecipeFit {
    private static final long MOST_NUMBERS = Integer.MAX_VALUE - 8;

    private final Recipe recipe;
    private final DataSet rows;
    private final List<RecipeException.Problem> problems = new ArrayList<>();

    private RecipeFit(Recipe recipe, DataSet rows) {
        this.recipe = recipe;
        this.rows = rows;
    }

    /**
     * Refuses a recipe that does not fit.
     *
     * @throws RecipeException listing every problem with its path in the recipe
     */
    static void check(Recipe recipe, Splits splits) {
        RecipeFit fit = new RecipeFit(recipe, splits.train());
        fit.outputs().ifPresent(outputs -> {
            fit.checkOutputs(outputs);
            fit.checkLogits();
            fit.checkFrozen();
            fit.checkParts();
        });
        fit.attempt("data.batch-size", fit::checkBatches);
        fit.attempt("data.normalize-targets", fit::checkNormalizedTargets);
        for (DataSet part : fit.problems.isEmpty() ? List.of(splits.train(), splits.validation(), splits.test()) : List.<DataSet>of()) {
            fit.attempt("loss", () -> fit.checkTargets(part));
        }
        fit.attempt("data.augment", () -> recipe.data().augment().ifPresent(a -> a.check(fit.rows)));
        if (fit.rows.labels() instanceof Labels.Classes one && one.width() == 1) {
            throw RecipeException.of(recipe.name(), "data", "every row is of the class " + one.names().get(0) + ", so there is nothing to tell apart;"
                    + " use rows of two classes or more");
        }
        fit.attempt("evaluate.monitor", () -> Evaluations.requireMeasure(recipe.evaluate().monitor(), recipe.loss(), fit.rows.labels()));
        fit.attempt("run.keep", () -> requireMeasures(RetentionPolicy.parse(recipe.run().keep(), recipe.evaluate().ranking()),
                recipe.loss(), fit.rows.labels()));
        fit.attempt("data.validation", () -> checkHeldOut(splits));
        if (!fit.problems.isEmpty()) {
            throw new RecipeException(recipe.name(), fit.problems);
        }
    }

    /** Refuses retention rules that rank by a metric that evaluations of such labels with this loss do not have: they would keep nothing. */
    public static void requireMeasures(RetentionPolicy keep, Loss loss, Labels labels) {
        for (RetentionRule rule : keep.rules()) {
            if (rule instanceof RetentionRule.Best best && !best.ranking().equals(keep.ranking())) {
                Evaluations.requireMeasure(best.ranking().metric(), loss, labels);
            }
        }
    }

    /** The number of outputs for a row, if the layers fit each other. */
    private Optional<Long> outputs() {
        long[] shape = rows.shape();
        List<Layer> layers = recipe.model();
        for (int i = 0; i < layers.size(); i++) {
            String path = "model." + i;
            try {
                long[] in = shape;
                shape = layers.get(i).outputShape(in);
                layers.get(i).parameters(in).forEach(p -> checkSize(path, p));
            } catch (IllegalArgumentException | ArithmeticException e) {
                return refused(path, e.getMessage());
            }
        }
        return shape.length == 1 ? Optional.of(shape[0]) : refused("model." + (layers.size() - 1), "the last layer gives rows of shape "
                + Arrays.toString(shape) + "; the loss takes rows of one dimension, so end with a flatten or a dense");
    }

    private void checkSize(String path, Parameter p) {
        BigInteger count = Arrays.stream(p.shape()).mapToObj(BigInteger::valueOf).reduce(BigInteger.ONE, BigInteger::multiply);
        if (count.compareTo(BigInteger.valueOf(MOST_NUMBERS)) > 0) {
            throw new IllegalArgumentException("its " + p.name() + " would be " + Arrays.toString(p.shape()) + ", " + count
                    + " numbers; the limit is " + MOST_NUMBERS);
        }
    }

    private void checkOutputs(long outputs) {
        int classes = rows.labels() instanceof Labels.Classes c ? c.names().size() : 0;
        attempt("loss", () -> {
            try {
                recipe.loss().check(outputs, classes);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(e.getMessage() + named(rows.labels()), e);
            }
        });
        if (classes == 0 && outputs != rows.labels().width()) {
            problems.add(new RecipeException.Problem("model." + (recipe.model().size() - 1),
                    "the model gives " + outputs + " outputs for " + rows.labels().width() + " targets"));
        } else if (classes > 0 && outputs != classes && problems.isEmpty()) {
            // A loss of a user may check less, but there is a target for each class.
            refused("model." + (recipe.model().size() - 1), "the model gives " + outputs + " outputs for " + classes + " classes"
                    + named(rows.labels()));
        }
    }

    /** The names of classes, for a message: where their number is wrong, two may look like one. */
    private static String named(Labels labels) {
        if (!(labels instanceof Labels.Classes classes) || classes.equals(Labels.Classes.numbered(classes.width()))) {
            return "";
        }
        return "; the classes are " + Spelling.few(classes.names())
                + Printable.alike(classes.names()).map(pair -> ", of which " + pair + " look alike").orElse("");
    }

    /** A softmax before a loss that has one flattens every probability, and nothing in a training shows it. */
    private void checkLogits() {
        int last = recipe.model().size() - 1;
        if (recipe.loss().takesLogits() && endsInProbabilities(recipe)) {
            Layer layer = lastLayer(recipe);
            refused("model." + last, "the last layer is a " + layer.kind() + ", and this loss takes logits and computes their probabilities"
                    + " itself; leave this layer out");
        }
    }

    private static Layer lastLayer(Recipe recipe) {
        Layer layer = recipe.model().get(recipe.model().size() - 1);
        while (layer instanceof Sequential inner && !inner.layers().isEmpty()) {
            layer = inner.layers().get(inner.layers().size() - 1);
        }
        return layer;
    }

    /** Whether the model itself ends in probabilities. */
    static boolean endsInProbabilities(Recipe recipe) {
        Layer layer = lastLayer(recipe);
        return layer instanceof Softmax || layer instanceof Sigmoid;
    }

    private void checkNormalizedTargets() {
        if (recipe.loss().takesLogits() && rows instanceof NormalizedTargets) {
            throw new IllegalArgumentException("this loss takes targets from 0 to 1 as they are; leave this setting out");
        }
    }

    private void checkTargets(DataSet part) {
        if (part.labels() instanceof Labels.Reals reals) {
            float[] targets = new float[reals.width()];
            for (int row = 0; row < part.size(); row++) {
                part.targets(row, targets, 0);
                for (int t = 0; t < targets.length; t++) {
                    try {
                        recipe.loss().checkTarget(targets[t]);
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException(Rows.origin(part).name() + ", row " + Rows.sourceRow(part, row) + ", target "
                                + (t + 1) + " of " + targets.length + ": " + e.getMessage(), e);
                    }
                }
            }
        }
    }

    /** Checks that each layer has an effect on the parts of a batch that are computed together. */
    private void checkParts() {
        int batch = Math.min(recipe.data().batchSize(), rows.size());
        long part = (batch - 1) / Math.min(recipe.data().microBatches(), batch) + 1;
        long[] shape = rows.shape();
        for (int i = 0; i < recipe.model().size(); i++) {
            Layer layer = recipe.model().get(i);
            long[] in = shape;
            String name = i + "." + layer.kind();
            // A frozen layer uses its running statistics.
            if (recipe.freeze().orElse(List.of()).stream().noneMatch(frozen -> frozen.equals(name) || frozen.startsWith(name + "/"))) {
                attempt("model." + i, () -> layer.checkTraining(in, part));
            }
            shape = layer.outputShape(in);
        }
    }

    private void checkFrozen() {
        Set<String> candidates = Frozen.candidates(recipe.network(), rows.shape());
        for (String layer : recipe.freeze().orElse(List.of())) {
            if (!candidates.contains(layer)) {
                refused("freeze", "there is no layer '" + layer + "' with anything to freeze; " + Spelling.hint(layer, candidates));
            }
        }
        Frozen frozen = recipe.frozen();
        if (recipe.network().parameters(rows.shape()).stream().allMatch(p -> frozen.has(p.name()))) {
            refused("freeze", "every layer is frozen, so there is nothing to train; leave one out");
        }
    }

    private void checkBatches() {
        Batches batches = Batches.shuffled(rows, recipe.data().batchSize(), Key.of(0));
        if (recipe.data().dropLast()) {
            batches.droppingLast();
        }
    }

    private static void checkHeldOut(Splits splits) {
        if (splits.validation().size() == 0 && splits.test().size() == 0) {
            throw new IllegalArgumentException("there is nothing to evaluate on: hold out validation rows, or else test rows");
        }
    }

    private void attempt(String path, Runnable check) {
        try {
            check.run();
        } catch (IllegalArgumentException e) {
            refused(path, e.getMessage());
        }
    }

    private Optional<Long> refused(String path, String why) {
        problems.add(new RecipeException.Problem(path, why));
        return Optional.empty();
    }
}
