package cairn.train;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Normalization;
import cairn.nn.Network;
import cairn.random.Key;
import cairn.state.State;
import cairn.tensor.ParameterVector;

/**
 * A trained model, made from a recipe and a state alone: how features were normalized and what the classes are called is in
 * the state, so no data set is needed and nothing can be forgotten. Uses the averaged weights where there are any.
 */
public final class Predictor {
    private final long[] shape;
    private final Labels labels;
    private final Evaluations evaluations;
    private final Network network;

    private Predictor(Recipe recipe, State state) {
        shape = DataFacts.shape(state.text("data/shape"));
        labels = DataFacts.labels(state.text("data/labels"));
        Normalization normalization = DataFacts.normalization(state.text("data/normalization"));
        network = new Network(recipe.network(), shape, recipe.dtype().type(), Key.of(recipe.seed()));
        below(state, "model").into(network);
        ParameterVector weights = network.parameters();
        if (recipe.average().isPresent()) {
            weights = new ParameterVector(weights.layout(), weights.flat().type());
            below(state, "average").into(weights);
        }
        evaluations = new Evaluations(recipe.loss(), network, weights, normalization);
    }

    /**
     * The model of {@code recipe} as it was in {@code state}.
     *
     * @throws cairn.state.RestoreException if the state is not one of this recipe's model
     */
    public static Predictor of(Recipe recipe, State state) {
        return new Predictor(recipe, state);
    }

    private static State below(State state, String prefix) {
        return state.select(prefix).rename(path -> path.substring(prefix.length() + 1));
    }

    /** The shape of one row of input. */
    public long[] shape() {
        return shape.clone();
    }

    /** What the outputs mean: the names of the classes, or real numbers. */
    public Labels labels() {
        return labels;
    }

    /** The model's outputs for every row, raw: logits for a classifier. Rows hold raw features, as the data set's did. */
    public float[][] outputs(DataSet rows) {
        int width = Math.toIntExact(network.outputShape()[0]);
        float[] flat = evaluations.outputs(rows, width);
        float[][] outputs = new float[rows.size()][];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = java.util.Arrays.copyOfRange(flat, i * width, (i + 1) * width);
        }
        return outputs;
    }

    /** The softmax of a row of logits, in double. */
    public static double[] probabilities(float[] logits) {
        double max = Double.NEGATIVE_INFINITY;
        for (float z : logits) {
            max = Math.max(max, z);
        }
        double sum = 0;
        double[] p = new double[logits.length];
        for (int i = 0; i < p.length; i++) {
            p[i] = StrictMath.exp(logits[i] - max);
            sum += p[i];
        }
        for (int i = 0; i < p.length; i++) {
            p[i] /= sum;
        }
        return p;
    }

    /** Every measure on {@code rows}. */
    public Evaluation evaluate(DataSet rows) {
        return evaluations.of(rows);
    }
}
