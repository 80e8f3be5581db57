package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.HostLoops;
import cairn.tensor.op.Updates;
import java.util.List;

/**
 * Kingma and Ba 2015, Algorithm 1:
 *
 * <pre>
 * m = β1·m + (1-β1)·g         m̂ = m / (1-β1^t)
 * v = β2·v + (1-β2)·g²        v̂ = v / (1-β2^t)
 * θ = θ - lr·m̂ / (√v̂ + ε)
 * </pre>
 *
 * <p>Computed as lr·c / (1-β1^t) · m / (√v + ε·c) with c = √(1-β2^t), which is equal: so there is one pass over the vectors, and the
 * corrections are computed in double for vectors of any type.
 *
 * @param weightDecay λ; g = g + λ·θ first, so that weights with large gradients decay less; {@link AdamW} decays them all alike
 */
public record Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay) implements Optimizer {
    public Adam {
        Require.zeroOrMore("learning-rate", learningRate);
        Require.beta("beta1", beta1);
        Require.beta("beta2", beta2);
        Require.epsilon(epsilon);
        Require.zeroOrMore("weight-decay", weightDecay);
    }

    public static Adam of(double learningRate) {
        return new Adam(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    @Override
    public List<String> slots() {
        return List.of("m", "v");
    }

    @Override
    public boolean usesAge() {
        return true;
    }

    @Override
    public void bound(Bounds b, double lr) {
        b.addDecay(weightDecay);
        b.descend(lr / (1 - beta1), b.means(beta1, beta2, leastEpsilon(beta2, epsilon)));
    }

    @Override
    public Update wire(Vectors v) {
        return corrected(v, descent(v));
    }

    /** Less than ε·c of any update; that of the first one is the least. */
    static double leastEpsilon(double beta2, double epsilon) {
        return epsilon * Math.sqrt(1 - beta2) / 2;
    }

    /** The update along the direction m / (√v + ε), for an ε that {@code descent} is given. */
    Update corrected(Vectors v, DirectedDescent descent) {
        Beta b1 = Beta.of(beta1, v.theta());
        Beta b2 = Beta.of(beta2, v.theta());
        Operation decay = WeightDecay.coupled(v.decaying(), weightDecay);
        return (lr, t) -> {
            double c = StrictMath.sqrt(b2.correction(t));
            decay.run();
            descent.run(epsilon * c, lr * c / b1.correction(t));
        };
    }

    private DirectedDescent descent(Vectors v) {
        Array g = v.grad();
        Array mean = v.slot("m");
        Array squares = v.slot("v");
        if (!HostLoops.can(g)) {
            return DirectedDescent.of(Updates.adam(g, mean, squares, beta1, beta2), g, v.theta());
        }
        float b1 = (float) beta1;
        float b2 = (float) beta2;
        return DirectedDescent.of((x, n, epsilon) -> direction(x[3], x[0], x[1], n, b1, b2, epsilon), g, v.theta(), mean, squares);
    }

    private static void direction(float[] g, float[] m, float[] v, int n, float b1, float b2, float epsilon) {
        for (int i = 0; i < n; i++) {
            float mi = b1 * m[i] + (1 - b1) * g[i];
            float vi = b2 * v[i] + (1 - b2) * (g[i] * g[i]);
            m[i] = mi;
            v[i] = vi;
            g[i] = mi / ((float) Math.sqrt(vi) + epsilon);
        }
    }
}
