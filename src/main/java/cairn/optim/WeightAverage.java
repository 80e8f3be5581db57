package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.ParameterVector;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.HostLoops;
import cairn.tensor.op.ScalarOperation;
import cairn.tensor.op.Updates;

/**
 * An exponential moving average of the weights, for evaluation: after each update, avg = d·avg + (1-d)·θ. The average is state beside the
 * weights; training never reads it.
 *
 * <p>Computed as avg + (1-d)·(θ - avg), so that the average of weights that do not change stays exactly equal to them. The sum of the two
 * products in float would drift by up to 1e-4 of the weights.
 *
 * @param decay the average looks back over about 1/(1-decay) updates
 * @param warmup whether d = min(decay, (1+t) / (10+t)) after update t, so that the initial weights soon have little weight
 *     (TensorFlow's ExponentialMovingAverage with num_updates); otherwise d = decay
 */
public record WeightAverage(double decay, boolean warmup) {

    /** One prepared averaging. */
    @FunctionalInterface
    public interface Averaging {
        /** Adds the weights after update {@code t} to the average; t counts from 1. */
        void apply(long t);
    }

    public WeightAverage {
        Require.beta("decay", decay);
    }

    public static WeightAverage of(double decay) {
        return new WeightAverage(decay, false);
    }

    /** The average before the first update: a copy of the initial weights. */
    public ParameterVector start(ParameterVector weights) {
        ParameterVector average = new ParameterVector(weights.layout(), weights.flat().type());
        average.flat().assign(weights.flat());
        return average;
    }

    /** Prepares the averaging; {@code scratch} may be the gradient, which is no longer needed then. */
    public Averaging wire(Array theta, Array average, Array scratch) {
        if (HostLoops.can(theta)) {
            ScalarOperation approach = HostLoops.over(1, average, theta).scalarOperation((x, n, share) -> approach(x[1], x[0], n, share));
            return t -> approach.run(1 - decayAt(t));
        }
        Operation distance = Elementwise.subtract(theta, average, scratch);
        ScalarOperation approach = Updates.addScaled(scratch, average);
        return t -> {
            distance.run();
            approach.run(1 - decayAt(t));
        };
    }

    private static void approach(float[] theta, float[] average, int n, float share) {
        for (int i = 0; i < n; i++) {
            average[i] = average[i] + share * (theta[i] - average[i]);
        }
    }

    /** d after update {@code t}. */
    double decayAt(long t) {
        return warmup ? Math.min(decay, (1.0 + t) / (10.0 + t)) : decay;
    }
}
