package cairn.train;

import cairn.data.Augmentation;
import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.LostDifferences;
import cairn.data.Rows;
import cairn.data.Splits;
import cairn.optim.schedule.TrainingTime;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.recipe.SaveRule;
import cairn.words.Printable;
import cairn.words.Spelling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What of a recipe is switched off, by the data or by the length of the training, so that a user may want to know it before. Nothing of it
 * is an error. Each finding is one sentence or two, for a note.
 */
public final class Findings {
    /** Rows with more features are not searched for equal ones. */
    private static final int MOST_FEATURES = 10_000;
    /** A schedule is looked at up to this step. */
    private static final long MOST_STEPS = 1_000_000;

    private final List<String> all = new ArrayList<>();

    private Findings() {
    }

    /** What the rows switch off. */
    public static List<String> of(Recipe recipe, Splits splits) {
        Findings findings = new Findings();
        findings.classes(splits);
        findings.smallParts(splits);
        findings.features(splits.train());
        findings.targets(splits.train());
        findings.rounding(recipe, splits.train());
        findings.settings(recipe, splits);
        return List.copyOf(findings.all);
    }

    /**
     * What a new training of {@code until} steps never comes to. A training of less than an epoch is a trial, and nothing is found.
     *
     * @param patience the number of evaluations without improvement after which it ends, if it has such a rule
     */
    public static List<String> ofPlan(Recipe recipe, long stepsPerEpoch, long until, OptionalInt patience, SaveRule save) {
        Findings findings = new Findings();
        if (until >= stepsPerEpoch) {
            findings.evaluations(recipe, stepsPerEpoch, until, patience);
            findings.schedule(recipe, stepsPerEpoch, until);
            save.idle(until).forEach(rule -> findings.add("the save rule " + rule + " never asks for a save before the end, at step "
                    + until));
        }
        return List.copyOf(findings.all);
    }

    private void add(String finding) {
        all.add(finding);
    }

    private void classes(Splits splits) {
        if (!(splits.train().labels() instanceof Labels.Classes classes)) {
            return;
        }
        long[] trained = counts(splits.train(), classes.width());
        long[] validated = counts(splits.validation(), classes.width());
        long[] tested = counts(splits.test(), classes.width());
        List<String> untrained = names(classes, c -> trained[c] == 0);
        if (!untrained.isEmpty()) {
            add((untrained.size() == 1 ? "the class " : "the classes ") + Spelling.few(untrained)
                    + (untrained.size() == 1 ? " has" : " have") + " no training row, so the model cannot learn "
                    + (untrained.size() == 1 ? "it" : "them") + ". Add rows, or leave the class out");
        }
        for (Map.Entry<String, long[]> part : List.of(Map.entry("validation", validated), Map.entry("test", tested))) {
            List<String> missing = names(classes, c -> part.getValue()[c] == 0 && trained[c] > 0);
            if (!missing.isEmpty() && Arrays.stream(part.getValue()).sum() > 0) {
                add("no " + part.getKey() + " row is of " + (missing.size() == 1 ? "the class " : "the classes ") + Spelling.few(missing)
                        + ", so the measures of these rows say nothing about " + (missing.size() == 1 ? "it" : "them")
                        + ". A class needs a row for each part; add rows" + (missing.stream().mapToInt(classes.names()::indexOf)
                        .allMatch(c -> trained[c] > 2) ? ", or hold out more" : ""));
            }
        }
    }

    private static List<String> names(Labels.Classes classes, IntPredicate which) {
        return IntStream.range(0, classes.width()).filter(which).mapToObj(classes.names()::get).toList();
    }

    private static long[] counts(DataSet rows, int classes) {
        long[] counts = new long[classes];
        for (int row = 0; row < rows.size(); row++) {
            counts[rows.label(row)]++;
        }
        return counts;
    }

    private void smallParts(Splits splits) {
        for (Map.Entry<String, DataSet> part : List.of(Map.entry("training", splits.train()), Map.entry("validation", splits.validation()),
                Map.entry("test", splits.test()))) {
            if (part.getValue().size() == 1) {
                add("there is 1 " + part.getKey() + " row, so " + (part.getKey().equals("training") ? "there is nothing to learn from"
                        : "its measures say next to nothing"));
            }
        }
    }

    /** Looks at the columns of a table. Pixels of images are often constant, at a border, and that means nothing. */
    private void features(DataSet rows) {
        int width = rows.featureCount();
        if (rows.shape().length != 1 || width > MOST_FEATURES || rows.size() < 2) {
            return;
        }
        double[] first = new double[width];
        double[] row = new double[width];
        boolean[] varies = new boolean[width];
        long[] hashes = new long[width];
        rows.features(0, first, 0);
        for (int i = 0; i < rows.size(); i++) {
            rows.features(i, row, 0);
            for (int f = 0; f < width; f++) {
                varies[f] |= row[f] != first[f];
                hashes[f] = Key.of(hashes[f]).bits(Double.doubleToLongBits(row[f] + 0.0));
            }
        }
        List<String> constant = IntStream.range(0, width).filter(f -> !varies[f]).mapToObj(f -> name(rows, f) + " = " + text(first[f])).toList();
        if (!constant.isEmpty()) {
            add((constant.size() == 1 ? "a feature is" : constant.size() + " features are") + " the same in every training row, so nothing can be"
                    + " learned from " + (constant.size() == 1 ? "it" : "them") + ": " + Spelling.few(constant));
        }
        // Different columns may share a hash, so a column is compared with each earlier one that shares it.
        Map<Long, List<Integer>> seen = new HashMap<>();
        List<String> equal = new ArrayList<>();
        for (int column = 0; column < width; column++) {
            int f = column;
            if (varies[f]) {
                List<Integer> candidates = seen.computeIfAbsent(hashes[f], h -> new ArrayList<>());
                Optional<Integer> before = candidates.stream().filter(b -> areEqual(rows, b, f)).findFirst();
                before.ifPresentOrElse(b -> equal.add(name(rows, b) + " and " + name(rows, f)), () -> candidates.add(f));
            }
        }
        if (!equal.isEmpty()) {
            add("features are equal in every training row: " + Spelling.few(equal) + ". Ignore one of "
                    + (equal.size() == 1 ? "them" : "each pair") + " if that is no intention");
        }
    }

    private void targets(DataSet rows) {
        if (!(rows.labels() instanceof Labels.Reals reals) || rows.size() < 2) {
            return;
        }
        double[] first = new double[reals.width()];
        double[] row = new double[reals.width()];
        boolean[] varies = new boolean[reals.width()];
        rows.targets(0, first, 0);
        for (int i = 1; i < rows.size(); i++) {
            rows.targets(i, row, 0);
            for (int t = 0; t < row.length; t++) {
                varies[t] |= row[t] != first[t];
            }
        }
        List<String> constant = IntStream.range(0, row.length).filter(t -> !varies[t]).mapToObj(t -> reals.names().get(t)).toList();
        if (!constant.isEmpty()) {
            add((constant.size() == 1 ? "a target is" : "targets are") + " the same in every training row, so there is nothing to learn of "
                    + (constant.size() == 1 ? "it" : "them") + ": " + Spelling.few(constant));
        }
    }

    private void rounding(Recipe recipe, DataSet rows) {
        List<String> lost = LostDifferences.of(rows, recipe.data().normalize());
        if (!lost.isEmpty()) {
            add("different numbers of " + Spelling.few(lost) + " are one number in training, because it computes with 32 bits. Subtract what"
                    + " they have in common, or normalize them");
        }
    }

    private static boolean areEqual(DataSet rows, int a, int b) {
        double[] row = new double[rows.featureCount()];
        for (int i = 0; i < rows.size(); i++) {
            rows.features(i, row, 0);
            if (row[a] != row[b]) {
                return false;
            }
        }
        return true;
    }

    private static String name(DataSet rows, int feature) {
        List<String> names = rows.columns().featureNames();
        return !names.isEmpty() ? "column \"" + Printable.brief(names.get(feature)) + "\"" : "feature " + (feature + 1) + " of " + rows.featureCount() + " in " + Rows.origin(rows).name();
    }

    private static String text(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : Double.toString(value);
    }

    private void settings(Recipe recipe, Splits splits) {
        int rows = splits.train().size();
        if (recipe.data().batchSize() > rows) {
            add("data.batch-size is " + recipe.data().batchSize() + ", and there are " + rows + " training rows, so each step takes all of them");
        }
        if (recipe.data().augment().isPresent()) {
            Augmentation augment = recipe.data().augment().get();
            long[] shape = splits.train().shape();
            if (augment.changesNothing() || augment.shift() == 0 && shape.length == 3 && shape[1] == 1) {
                add("data.augment changes nothing: there is no shift, and "
                        + (augment.flip() ? "an image of one column is its own mirror image" : "no flip"));
            }
        }
        String monitor = recipe.evaluate().monitor();
        if (splits.monitored().labels() instanceof Labels.Classes classes && classes.width() <= 5 && monitor.equals("top-5-accuracy")) {
            add("evaluate.monitor is " + monitor + ", which is always 1 for " + classes.width() + " classes, so the first evaluation is the best");
        }
    }

    private void evaluations(Recipe recipe, long stepsPerEpoch, long until, OptionalInt patience) {
        TrainingTime every = recipe.evaluate().every();
        long interval = Math.max(1, every.inSteps(stepsPerEpoch));
        if (interval > until) {
            add("evaluate.every is " + every + ", beyond the end at step " + until + ", so there is no evaluation and no best model"
                    + (recipe.plateau().isPresent() || patience.isPresent() ? ", and what waits for an improvement never acts" : ""));
            return;
        }
        long evaluations = until / interval;
        recipe.plateau().ifPresent(plateau -> {
            long needed = plateau.patience() + 2L;
            if (plateau.minFactor() == 1) {
                add("the plateau rule never changes the learning rate, because its min-factor is 1");
            } else if (needed > evaluations || needed * interval >= until) {
                add("the plateau rule can never change a step: its patience is " + plateau.patience() + ", so it acts after " + needed
                        + " evaluations at the earliest, and until the end at step " + until + " there are " + evaluations);
            }
        });
        if (patience.isPresent() && (patience.getAsInt() + 1L) * interval >= until) {
            add("a patience of " + patience.getAsInt() + " can never end the training early: until the end at step " + until + " there are "
                    + evaluations + " evaluations");
        }
    }

    private void schedule(Recipe recipe, long stepsPerEpoch, long until) {
        double first = recipe.schedule().factor(0, stepsPerEpoch);
        boolean changes = LongStream.range(1, Math.min(until, MOST_STEPS))
                .anyMatch(step -> recipe.schedule().factor(step, stepsPerEpoch) != first);
        if (until > 1 && until <= MOST_STEPS && !changes && changesLater(recipe, stepsPerEpoch, until, first)) {
            add("the schedule does not change the learning rate before the end at step " + until);
        }
        recipe.recovery().flatMap(rule -> rule.spike()).filter(spike -> (spike.window() + 1) / 2 >= until)
                .ifPresent(spike -> add("the spike rule of recovery can never act: it begins after " + (spike.window() + 1) / 2
                        + " losses, and the end is at step " + until));
        recipe.data().poison().filter(p -> !p.steps().isEmpty() && p.steps().stream().allMatch(step -> step >= until))
                .ifPresent(p -> add("data.poison corrupts no batch: its steps " + p.steps() + " are not before the end at step " + until));
    }

    /** Whether a longer training would see another rate. */
    private static boolean changesLater(Recipe recipe, long stepsPerEpoch, long until, double first) {
        for (long step = until, n = 0; n < 64 && step > 0; step += step / 4 + 1, n++) {
            if (recipe.schedule().factor(step, stepsPerEpoch) != first) {
                return true;
            }
        }
        return false;
    }
}
