package cairn.train;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Normalization;
import cairn.data.NormalizedTargets;
import cairn.data.TableColumns;
import cairn.data.source.DataSource;
import cairn.data.source.Inputs;
import cairn.metrics.Evaluation;
import cairn.metrics.Scores;
import cairn.nn.Loss;
import cairn.nn.Network;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.state.RestoreException;
import cairn.state.State;
import cairn.tensor.ParameterVector;
import cairn.train.device.DeviceDatasets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A trained model, made only from a recipe and a state. The state contains the normalization of the features and the names of the classes,
 * so no data set is needed. It uses the averaged weights if there are any.
 */
public final class Predictor {
    private final DataSource source;
    private final Inputs.Model rows;
    private final Optional<Normalization> targets;
    private final Loss loss;
    private final State texts;
    private final boolean endsInProbabilities;
    private final Evaluations evaluations;
    private final Network network;

    private Predictor(Recipe recipe, State state) {
        StateConstants.requireRecipe(recipe.digest(), state.text(StateConstants.RECIPE_DIGEST));
        texts = state.select("data");
        loss = recipe.loss();
        endsInProbabilities = RecipeFit.endsInProbabilities(recipe);
        source = recipe.data().set();
        long[] shape = DataFacts.shape(state.text(StateConstants.DATA_SHAPE));
        rows = new Inputs.Model(shape, DataFacts.labels(state.text(StateConstants.DATA_LABELS)),
                given(state.textOrEmpty(StateConstants.DATA_COLUMNS)).map(DataFacts::columns).orElse(TableColumns.none()));
        targets = given(state.textOrEmpty(StateConstants.DATA_TARGETS)).map(DataFacts::normalization);
        Normalization normalization = DataFacts.normalization(state.text(StateConstants.DATA_NORMALIZATION));
        network = new Network(recipe.network(), shape, recipe.dtype().type(), Key.of(recipe.seed()));
        below(state, "model").into(network);
        ParameterVector weights = network.parameters();
        if (recipe.average().isPresent()) {
            weights = new ParameterVector(weights.layout(), weights.flat().type());
            below(state, "average").into(weights);
        }
        evaluations = new Evaluations(recipe.loss(), network, weights, normalization, DeviceDatasets.none(recipe.loss()));
    }

    /**
     * The model of {@code recipe} with the weights of {@code state}.
     *
     * @throws RestoreException if the state is not one of this recipe
     */
    public static Predictor of(Recipe recipe, State state) {
        return new Predictor(recipe, state);
    }

    private static Optional<String> given(String text) {
        return Optional.of(text).filter(t -> !t.isEmpty());
    }

    private static State below(State state, String prefix) {
        return state.select(prefix).rename(path -> path.substring(prefix.length() + 1));
    }

    /** The shape of one row of input. */
    public long[] shape() {
        return rows.shape();
    }

    /** The meaning of the outputs: the names of the classes, or real numbers. */
    public Labels labels() {
        return rows.labels();
    }

    /** The columns from which rows are made; none if they are no lines of text, or if an earlier version saved the state. */
    public TableColumns columns() {
        return rows.columns();
    }

    /**
     * Reads rows to predict from a file, as the data set of the recipe reads its own. The file may contain the labels; they are not read.
     *
     * @throws cairn.data.MalformedDataException if the file is damaged, or has other columns or rows of another shape
     */
    public Inputs read(Path file) throws IOException {
        return Inputs.read(file, source, rows);
    }

    /** The outputs of the model for every row, in the units of the targets; for a classifier these are logits. The rows contain raw features, as in the data set. */
    public float[][] outputs(DataSet inputs) {
        int width = Math.toIntExact(network.outputShape()[0]);
        float[] flat = evaluations.outputs(inputs, width);
        float[][] outputs = new float[inputs.size()][];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
            for (int t = 0; targets.isPresent() && t < width; t++) {
                outputs[i][t] = targets.get().undone(outputs[i][t], t);
            }
        }
        return outputs;
    }

    /**
     * The prediction for every row.
     *
     * @throws IllegalStateException if the model is no classifier; use {@link #targets} instead
     */
    public List<Prediction> predictions(DataSet inputs) {
        if (!(rows.labels() instanceof Labels.Classes classes)) {
            throw new IllegalStateException("this model gives real numbers, not classes; ask for its outputs");
        }
        return Arrays.stream(outputs(inputs)).map(y -> Prediction.of(classes.names(), loss.probabilities(y))).toList();
    }

    /** Whether the scores of the classes, or the values of the targets, are probabilities: the loss makes them, or the last layer. */
    public boolean givesProbabilities() {
        return loss.takesLogits() || rows.labels() instanceof Labels.Classes && endsInProbabilities;
    }

    /**
     * The values of the real targets for every row, in the order of their names: probabilities of labels that do not exclude each other, if the
     * loss takes logits; otherwise the outputs.
     *
     * @throws IllegalStateException if the model is a classifier; use {@link #predictions} instead
     */
    public double[][] targets(DataSet inputs) {
        if (!(rows.labels() instanceof Labels.Reals)) {
            throw new IllegalStateException("this model gives classes, not real numbers; ask for its predictions");
        }
        return Arrays.stream(outputs(inputs)).map(loss::probabilities).toArray(double[][]::new);
    }

    /**
     * Every measure on one split of the data that the model was trained with.
     *
     * @param split {@code train}, {@code validation} or {@code test}
     * @throws RestoreException if the data has changed since training, because a test row could be one that the model was trained on
     */
    public Evaluation evaluate(TrainingData data, String split) {
        StateConstants.requireSplits(data, texts);
        return evaluate(data.rows(split));
    }

    /** As {@link #evaluate(TrainingData, String)}, with the result of each row, so that two models can be compared. */
    public Scores scores(TrainingData data, String split) {
        StateConstants.requireSplits(data, texts);
        return evaluations.scores(inMyUnits(data.rows(split)));
    }

    /** Every measure on {@code labelled} rows. */
    public Evaluation evaluate(DataSet labelled) {
        return evaluations.of(inMyUnits(labelled));
    }

    /** With the targets as this model was trained with them: another recipe may have opened the rows. */
    private DataSet inMyUnits(DataSet labelled) {
        DataSet own = labelled instanceof NormalizedTargets other ? other.source() : labelled;
        return targets.isPresent() ? new NormalizedTargets(own, targets.get()) : own;
    }
}
