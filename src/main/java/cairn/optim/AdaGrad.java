package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.HostLoops;
import cairn.tensor.op.Updates;
import java.util.List;

/**
 * Duchi, Hazan and Singer 2011: s = s + g²;  θ = θ - lr·g / (√s + ε). The rate of a coordinate, lr / √s, never grows.
 *
 * @param weightDecay λ; g = g + λ·θ first
 */
public record AdaGrad(double learningRate, double epsilon, double weightDecay) implements Optimizer {
    public AdaGrad {
        Require.zeroOrMore("learning-rate", learningRate);
        Require.epsilon(epsilon);
        Require.zeroOrMore("weight-decay", weightDecay);
    }

    public static AdaGrad of(double learningRate) {
        return new AdaGrad(learningRate, 1e-10, 0);
    }

    @Override
    public List<String> slots() {
        return List.of("s");
    }

    @Override
    public void bound(Bounds b, double lr) {
        b.addDecay(weightDecay);
        b.setVector(0, b.vector(0) + b.gradient() * b.gradient());
        b.descend(lr, b.overRoot(1, epsilon));
    }

    @Override
    public Update wire(Vectors v) {
        Operation decay = WeightDecay.coupled(v.decaying(), weightDecay);
        DirectedDescent descent = descent(v.theta(), v.grad(), v.slot("s"));
        return (lr, t) -> {
            decay.run();
            descent.run(epsilon, lr);
        };
    }

    private DirectedDescent descent(Array theta, Array g, Array s) {
        if (!HostLoops.can(g)) {
            Operation direction = Updates.adaGrad(g, s, epsilon);
            return DirectedDescent.of(number -> direction.run(), g, theta);
        }
        return DirectedDescent.of((x, n, e) -> direction(x[2], x[0], n, e), g, theta, s);
    }

    private static void direction(float[] g, float[] s, int n, float epsilon) {
        for (int i = 0; i < n; i++) {
            float si = s[i] + g[i] * g[i];
            s[i] = si;
            g[i] = g[i] / ((float) Math.sqrt(si) + epsilon);
        }
    }
}
