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
        Operation direction = direction(v.grad(), v.slot("s"));
        Descent descent = Descent.along(v.grad(), v.theta());
        return (lr, t) -> {
            decay.run();
            direction.run();
            descent.by(lr);
        };
    }

    private Operation direction(Array g, Array s) {
        if (!HostLoops.can(g)) {
            return Updates.adaGrad(g, s, epsilon);
        }
        float e = (float) epsilon;
        return HostLoops.over(2, g, s).operation((x, n) -> direction(x[0], x[1], n, e));
    }

    private static void direction(float[] g, float[] s, int n, float epsilon) {
        for (int i = 0; i < n; i++) {
            float si = s[i] + g[i] * g[i];
            s[i] = si;
            g[i] = g[i] / ((float) Math.sqrt(si) + epsilon);
        }
    }
}
