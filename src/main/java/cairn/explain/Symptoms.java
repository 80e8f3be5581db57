package cairn.explain;

import cairn.recipe.Recipe;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Everything that the rules know of a run. What could not be looked at is empty.
 *
 * @param course the numbers of its steps
 * @param recipe what it trains
 * @param isBranch whether it begins at a step of another run
 * @param least the least loss that the targets allow: 0, or the entropy of smoothed labels
 * @param chance the loss of one best constant output: {@link Chance}
 * @param inputs the scale of the features and targets, as the network sees them
 * @param classes the classes of the training rows
 * @param looks what was seen within some updates, in the order of the steps
 * @param doubt what speaks against the labels
 * @param fault the fault that ends the run, as it comes again
 * @param spikes batches with a loss far above that of the others
 */
record Symptoms(Course course, Optional<Recipe> recipe, boolean isBranch, double least, OptionalDouble chance,
        Optional<Inputs> inputs, Optional<Classes> classes, List<Reading> looks, Optional<LabelDoubt> doubt, Optional<Broken> fault,
        List<Spike> spikes) {

    /** A run of less than this many steps has not gone badly, it has hardly begun. */
    static final int FEW_STEPS = 50;
    /** Parts of a run: its beginning is the first tenth, its end the last one. */
    static final double TENTH = 0.1;

    /**
     * The scale of what the network sees.
     *
     * @param largest the largest root mean square of a feature after normalization
     * @param largestName the feature that has it
     * @param spread the largest deviation of a feature divided by the smallest that is not 0; 1 for rows that are no table
     * @param targets the largest root mean square of a real target; 1 for classes
     */
    record Inputs(double largest, String largestName, double spread, double targets) {
    }

    /**
     * The classes of the training rows, and how the newest model predicts them.
     *
     * @param rows by class
     * @param recall by class, the share of its rows that are predicted rightly, over training rows that were looked at; empty if none were
     */
    record Classes(List<String> names, List<Long> rows, List<Double> recall) {
        int rarest() {
            int rarest = -1;
            for (int c = 0; c < rows.size(); c++) {
                if (rows.get(c) > 0 && (rarest < 0 || rows.get(c) < rows.get(rarest))) {
                    rarest = c;
                }
            }
            return rarest;
        }

        long total() {
            return rows.stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * A fault, seen again.
     *
     * @param step updates finished before it
     * @param problem in words
     * @param layer the first layer whose output is not finite, or whose gradient is not
     * @param isInGradient whether the forward pass was finite and the gradient is not
     * @param isInFeatures whether the features of the batch were not finite before the first layer
     * @param rows the batch, as numbers of rows in the data set that was read
     */
    record Broken(long step, String problem, Optional<String> layer, boolean isInGradient, boolean isInFeatures, List<Integer> rows) {
    }

    /**
     * A batch with a loss far above the others'.
     *
     * @param step the step that it led to
     * @param usual the median of the losses before it
     * @param deviations how many robust standard deviations above
     * @param rows the rows with the largest losses in it, by their numbers in the data set that was read, the largest first; empty if
     *     they were not looked at
     * @param rowLosses their losses
     */
    record Spike(long step, double loss, double usual, double deviations, List<Integer> rows, List<Double> rowLosses) {
    }

    /** Whether so few steps were made that nothing can be said about learning. */
    boolean isShort() {
        return course.size() < FEW_STEPS;
    }

    /**
     * The share of what can be learned that is left at the end: (L - least) / (chance - least), with L the mean loss of the last tenth of
     * the steps. 1 is a model that has learned nothing, 0 a perfect one.
     */
    OptionalDouble left() {
        return left(1 - TENTH, 1);
    }

    /** As {@link #left()}, for another part of the steps. */
    OptionalDouble left(double from, double to) {
        OptionalDouble mean = course.mean(from, to);
        return chance.isEmpty() || mean.isEmpty() || chance.getAsDouble() - least <= 0 ? OptionalDouble.empty()
                : OptionalDouble.of((mean.getAsDouble() - least) / (chance.getAsDouble() - least));
    }

    /** The look into the first update; empty if the beginning was not looked at. */
    Optional<Reading> beginning() {
        return looks.stream().filter(Reading::isBeginning).findFirst();
    }

    /** The learning rate of the recipe. */
    OptionalDouble rate() {
        return recipe.isPresent() ? OptionalDouble.of(recipe.get().optimizer().learningRate())
                : course.rates().values().stream().mapToDouble(Double::doubleValue).max();
    }

    /** What changes one setting: a training from the beginning, or for a branch another branch from where it begins. */
    Next changed(String name, String setting, String value, String why) {
        Map<String, String> settings = Map.of(setting, value);
        return isBranch ? new Next.Branch(course.isEmpty() ? 0 : course.first() - 1, name, settings, why) : new Next.Retrain(name,
                settings, why);
    }
}
