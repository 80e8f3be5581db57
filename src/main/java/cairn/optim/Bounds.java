package cairn.optim;

import static cairn.state.Ephemeral.Kind.SCRATCH;

import cairn.state.Ephemeral;
import java.util.Arrays;

/**
 * Numbers that no magnitude exceeds: of the weights, of the gradient and of each vector of a rule. The rule says how far an update lets
 * them grow ({@link Optimizer#bound}). So it is known before the update, from these few numbers and without a look at the vectors, whether
 * everything stays finite.
 *
 * <p>Law: after {@link Optimizer#bound}, neither a result of the update nor a number on the way to it exceeds {@link #largest}.
 */
public final class Bounds {
    /** More than a few operations can add by rounding to float. */
    public static final double ROUNDING = 1 + 1e-6;
    /** More than rounding adds near the smallest floats. */
    private static final double SMALLEST = 1e-37;
    /** The root of what a running mean of squares can lose where numbers are so small that they are rounded to 0. */
    private static final double LOST = 2e-19;

    @Ephemeral(value = "measured again if it is not a number", kind = SCRATCH)
    private double weights = Double.NaN;
    @Ephemeral(value = "set before it is read", kind = SCRATCH)
    private double gradient = Double.NaN;
    @Ephemeral(value = "set before it is read", kind = SCRATCH)
    private double onTheWay = Double.NaN;
    @Ephemeral(value = "measured again if one is not a number", kind = SCRATCH)
    private final double[] vectors;
    /** With {@link #rest}: the mean m of gradients and the mean v of their squares fulfil |m| ≤ ratio·√v + rest. */
    @Ephemeral(value = "measured again if it is not a number", kind = SCRATCH)
    private double ratio = Double.NaN;
    @Ephemeral(value = "measured again if it is not a number", kind = SCRATCH)
    private double rest = Double.NaN;

    /** Bounds that are not known yet, with {@code vectors} vectors. */
    public Bounds(int vectors) {
        this.vectors = new double[vectors];
        Arrays.fill(this.vectors, Double.NaN);
    }

    /** An update with a gradient that is nowhere larger than this begins. */
    public void begin(double largestGradient) {
        gradient = largestGradient;
        onTheWay = largestGradient;
    }

    /** The vectors were measured one by one; of two numbers at the same place nothing is known. */
    public void measured(double largestWeight) {
        weights = largestWeight;
        ratio = 0;
        rest = Double.POSITIVE_INFINITY;
    }

    public double weights() {
        return weights;
    }

    public double gradient() {
        return gradient;
    }

    /** Of vector number {@code i} of {@link Optimizer#slots}. */
    public double vector(int i) {
        return vectors[i];
    }

    public void setWeights(double bound) {
        weights = bound * ROUNDING + SMALLEST;
    }

    public void setVector(int i, double bound) {
        vectors[i] = bound * ROUNDING + SMALLEST;
    }

    /** A number of this magnitude is computed on the way. */
    public void passes(double magnitude) {
        onTheWay = Math.max(onTheWay, magnitude);
    }

    /** g = g + λ·θ. */
    public void addDecay(double lambda) {
        if (lambda != 0) {
            passes(lambda);
            gradient = (gradient + lambda * weights) * ROUNDING + SMALLEST;
            passes(gradient);
        }
    }

    /** θ = θ - rate·λ·θ. */
    public void shrink(double rateTimesLambda) {
        if (rateTimesLambda != 0) {
            passes(rateTimesLambda);
            passes(rateTimesLambda * weights);
            setWeights(weights * Math.max(1, rateTimesLambda));
        }
    }

    /** A bound of |g| / (√v + ε), where v is at least {@code share}·g². */
    public double overRoot(double share, double epsilon) {
        return (1 + LOST / epsilon) / Math.sqrt(share);
    }

    /**
     * m = β1·m + (1-β1)·g and v = β2·v + (1-β2)·g², which are the vectors 0 and 1; returns a bound of |m| / (√v + ε).
     *
     * <p>From |m| ≤ r·√v + s follows the same of the new means, with r·β1/√β2 + (1-β1)/√(1-β2) and s·β1, because √v ≤ √(v'/β2) and
     * |g| ≤ √(v'/(1-β2)).
     */
    public double means(double beta1, double beta2, double epsilon) {
        rest = Math.min(rest, vectors[0]);
        ratio = (ratio * beta1 / Math.sqrt(beta2) + (1 - beta1) / Math.sqrt(1 - beta2)) * ROUNDING;
        rest = (rest * beta1 + ratio * LOST) * ROUNDING + SMALLEST;
        setVector(0, Math.max(vectors[0], gradient));
        setVector(1, Math.max(vectors[1], gradient * gradient));
        return Math.min(ratio + rest / epsilon, vectors[0] / epsilon);
    }

    /** θ = θ - rate·d, with directions d of no larger magnitude than {@code direction}. */
    public void descend(double rate, double direction) {
        passes(rate);
        passes(direction);
        setWeights(weights + rate * direction);
    }

    /** Nothing is known of the update. */
    public void unknown() {
        onTheWay = Double.POSITIVE_INFINITY;
    }

    /** The largest bound, of a number on the way too; NaN if one is not known. */
    public double largest() {
        double all = Math.max(weights, onTheWay);
        for (double vector : vectors) {
            all = Math.max(all, vector);
        }
        return all;
    }
}
