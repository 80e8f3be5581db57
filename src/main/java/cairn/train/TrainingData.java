package cairn.train;

import cairn.data.Augmentation;
import cairn.data.Batch;
import cairn.data.BatchSource;
import cairn.data.Batches;
import cairn.data.CorruptedBatches;
import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Normalization;
import cairn.data.NormalizedTargets;
import cairn.data.Prefetch;
import cairn.data.RowNumberBatches;
import cairn.data.Rows;
import cairn.data.Splits;
import cairn.data.source.DataFolders;
import cairn.data.source.LoadedData;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeException;
import cairn.state.State;
import cairn.train.device.DeviceDatasets;
import cairn.train.device.RightAnswers;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongToIntFunction;
import java.util.stream.IntStream;

/**
 * The rows of a recipe and their splits: a pure function of the recipe and the content of the data set.
 *
 * @param splits training, validation and test rows
 * @param digest the digest of all rows, before they are split
 * @param split the version of the rule that split them, {@link #STRATIFIED}; empty where the rule of earlier versions gives these rows
 */
public record TrainingData(Splits splits, String digest, String split) {

    /**
     * For classes, each split has the same share of every class, also if the test rows are a file of their own, and each class has rows to
     * train on. Earlier versions split at random where there were test rows, and all rows of a rare class could be in one part.
     */
    static final String STRATIFIED = "stratified";

    /** The number of batches that a background thread prepares ahead; it changes no number. */
    private static final int PREFETCHED = 2;
    /** A batch with fewer numbers than this is made faster than a thread wakes up. */
    private static final long WORTH_A_THREAD = 8192;

    /** Opens and splits the data of {@code recipe}, from the standard folders. */
    static TrainingData open(Recipe recipe) throws IOException {
        return open(recipe, DataFolders.standard());
    }

    /** Opens and splits the data of {@code recipe}. For classes, each split has the same share of every class. */
    public static TrainingData open(Recipe recipe, DataFolders folders) throws IOException {
        return cut(recipe, recipe.data().set().open(folders));
    }

    /**
     * As {@link #open(Recipe, DataFolders)}, but with the numbers and the splits of the training that {@code state} belongs to: an earlier
     * version may have rounded the numbers when it read them, and may have split the same rows otherwise, and what was trained on must not be
     * tested on.
     *
     * @param state the state of a training, or at least its texts
     */
    public static TrainingData open(Recipe recipe, DataFolders folders, State state) throws IOException {
        return cut(recipe, recipe.data().set().open(folders), state);
    }

    /** Splits rows that are already open. */
    public static TrainingData cut(Recipe recipe, LoadedData loaded) {
        return cut(recipe, loaded, State.of(Map.of()));
    }

    /** As {@link #cut(Recipe, LoadedData)}, with the numbers and the splits of the training that {@code state} belongs to. */
    public static TrainingData cut(Recipe recipe, LoadedData loaded, State state) {
        LoadedData rows = StateConstants.isOfRounded(state, loaded) ? loaded.rounded() : loaded;
        String digest = DataFacts.digest(rows);
        try {
            Splits earlier = split(recipe, rows, false);
            if (StateConstants.isOfEarlierSplit(state, digest)
                    || !(rows.train().labels() instanceof Labels.Classes)) {
                return new TrainingData(chosen(recipe, earlier), digest, "");
            }
            Splits splits = split(recipe, rows, true);
            return new TrainingData(chosen(recipe, splits), digest, splits.hasRowsOf(earlier) ? "" : STRATIFIED);
        } catch (IllegalArgumentException e) {
            throw RecipeException.of(recipe.name(), "data", e.getMessage());
        }
    }

    private static Splits split(Recipe recipe, LoadedData loaded, boolean isStratified) {
        Key key = Key.of(recipe.seed());
        DataSet rows = loaded.train();
        int validation = recipe.data().validation().rowsOf(rows.size());
        int test = loaded.test().isPresent() ? 0 : recipe.data().test().rowsOf(rows.size());
        boolean isByShares = loaded.test().isEmpty() && rows.labels() instanceof Labels.Classes;
        Splits parts = isStratified ? Splits.stratified(rows, validation, test, key)
                : isByShares ? Splits.proportional(rows, validation, test, key) : Splits.random(rows, validation, test, key);
        return loaded.test().map(given -> new Splits(parts.train(), parts.validation(), given)).orElse(parts);
    }

    /** Without the training rows that are left out, and with targets as the recipe wants them. */
    private static Splits chosen(Recipe recipe, Splits parts) {
        DataSet train = recipe.data().without().map(left -> without(parts.train(), left)).orElse(parts.train());
        return targets(recipe, new Splits(train, parts.validation(), parts.test()));
    }

    /** The training rows but those that are left out. The other parts stay as they are, so a measure of them can be compared. */
    private static DataSet without(DataSet train, List<Integer> left) {
        Set<Integer> numbers = new HashSet<>(left);
        int[] kept = IntStream.range(0, train.size()).filter(i -> !numbers.remove(Rows.sourceRow(train, i))).toArray();
        if (!numbers.isEmpty()) {
            throw new IllegalArgumentException("data.without: expected training rows, found " + numbers.stream().sorted().toList()
                    + ", which are held out, or are not in the data set");
        } else if (kept.length == 0) {
            throw new IllegalArgumentException("data.without: no training row is left");
        }
        return new Rows(train.name(), train, kept);
    }

    private static Splits targets(Recipe recipe, Splits splits) {
        if (recipe.data().normalizeTargets().isEmpty()) {
            return splits;
        }
        Normalization by = NormalizedTargets.fit(recipe.data().normalizeTargets().get(), splits.train());
        return new Splits(new NormalizedTargets(splits.train(), by), new NormalizedTargets(splits.validation(), by),
                new NormalizedTargets(splits.test(), by));
    }

    /** The rows that are evaluated during training: the validation rows, or the test rows if there are none. */
    public DataSet monitored() {
        return splits.monitored();
    }

    /** The batches of training rows in the order of {@code recipe}, with raw features: a pure function of the step. */
    public Batches batches(Recipe recipe) {
        Batches shuffled = Batches.shuffled(splits.train(), recipe.data().batchSize(), Key.of(recipe.seed()));
        return recipe.data().dropLast() ? shuffled.droppingLast() : shuffled;
    }

    /** The batch of the step after {@code step} updates, as indices into the training rows. */
    public int[] batchRows(Recipe recipe, long step) {
        Batch batch = batches(recipe).at(step);
        return Arrays.copyOf(batch.rows(), batch.size());
    }

    /** The sum of the weights of the rows of each batch, by which its loss is divided: a function of the updates before it. */
    public LongToDoubleFunction batchWeights(Recipe recipe) {
        RowNumberBatches batches = new RowNumberBatches(batches(recipe));
        Batch reused = new Batch();
        return step -> BatchGradient.weight(recipe.loss(), splits.train().labels(), batches.fill(step, reused));
    }

    /** The answers that a model gives for the rows of each batch, see {@link StepReport#answers}: a function of the updates before it. */
    public LongToIntFunction batchAnswers(Recipe recipe) {
        int perRow = RightAnswers.perRow(recipe.loss(), splits.train().labels());
        int full = batchSizes(recipe)[0];
        int stepsPerEpoch = batches(recipe).batchesPerEpoch();
        return step -> perRow * Math.min(full, splits.train().size() - full * (int) (step % stepsPerEpoch));
    }

    /** The sizes of the batches: the full size, and the size of a short last batch if there is one. */
    int[] batchSizes(Recipe recipe) {
        int n = splits.train().size();
        int full = Math.min(recipe.data().batchSize(), n);
        return !recipe.data().dropLast() && n % full != 0 ? new int[] {full, n % full} : new int[] {full};
    }

    /** The batches of training. A background thread makes large ones. Features are left out if they are on the device. */
    BatchSource prefetch(Recipe recipe, Normalization normalization, DeviceDatasets datasets) {
        Batches made = batches(recipe).normalized(normalization).augmented(recipe.data().augment().orElse(Augmentation.none()));
        boolean isOnDevice = datasets.has(splits.train());
        boolean isSmall = (long) recipe.data().batchSize() * splits.train().featureCount() < WORTH_A_THREAD;
        CorruptedBatches corruption = recipe.data().poison().orElse(CorruptedBatches.none());
        return new Prefetch(corruption.among(isOnDevice ? new RowNumberBatches(made) : made, made), isOnDevice || isSmall ? 0 : PREFETCHED);
    }

    /** The rows of {@code split}: train, validation or test. */
    public DataSet rows(String split) {
        return switch (split) {
            case "train" -> splits.train();
            case "validation" -> splits.validation();
            case "test" -> splits.test();
            default -> throw new IllegalArgumentException("there is no split '" + split + "'; known: train, validation, test");
        };
    }
}
