package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.HostLoops;
import cairn.tensor.op.Updates;
import java.util.List;

/**
 * Tieleman and Hinton 2012, lecture 6.5: v = α·v + (1-α)·g²;  θ = θ - lr·g / (√v + ε). There is no bias correction: v starts
 * at 0, so the first steps are longer than the later ones.
 *
 * @param decay α
 * @param weightDecay λ; g = g + λ·θ first
 */
public record RmsProp(double learningRate, double decay, double epsilon, double weightDecay) implements Optimizer {
    public RmsProp {
        Require.zeroOrMore("learning-rate", learningRate);
        Require.beta("decay", decay);
        Require.epsilon(epsilon);
        Require.zeroOrMore("weight-decay", weightDecay);
    }

    public static RmsProp of(double learningRate) {
        return new RmsProp(learningRate, 0.99, 1e-8, 0);
    }

    @Override
    public List<String> slots() {
        return List.of("v");
    }

    @Override
    public void bound(Bounds b, double lr) {
        b.addDecay(weightDecay);
        b.setVector(0, Math.max(b.vector(0), b.gradient() * b.gradient()));
        b.descend(lr, b.overRoot(1 - decay, epsilon));
    }

    @Override
    public Update wire(Vectors v) {
        Operation decayWeights = WeightDecay.coupled(v.decaying(), weightDecay);
        DirectedDescent descent = descent(v.theta(), v.grad(), v.slot("v"));
        return (lr, t) -> {
            decayWeights.run();
            descent.run(epsilon, lr);
        };
    }

    private DirectedDescent descent(Array theta, Array g, Array v) {
        if (!HostLoops.can(g)) {
            Operation direction = Updates.rmsProp(g, v, decay, epsilon);
            return DirectedDescent.of(number -> direction.run(), g, theta);
        }
        float a = (float) decay;
        return DirectedDescent.of((x, n, e) -> direction(x[2], x[0], n, a, e), g, theta, v);
    }

    private static void direction(float[] g, float[] v, int n, float decay, float epsilon) {
        for (int i = 0; i < n; i++) {
            float vi = decay * v[i] + (1 - decay) * (g[i] * g[i]);
            v[i] = vi;
            g[i] = g[i] / ((float) Math.sqrt(vi) + epsilon);
        }
    }
}
