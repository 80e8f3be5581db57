package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.op.HostLoops;
import cairn.tensor.op.Updates;
import java.util.List;

/**
 * {@link Adam} whose v never shrinks in the quotient (Reddi, Kale and Kumar 2018, as in PyTorch):
 * h = max(h, v);  θ = θ - lr·m̂ / (√ĥ + ε) with ĥ = h / (1-β2^t).
 *
 * @param weightDecay λ; g = g + λ·θ first
 */
public record AmsGrad(double learningRate, double beta1, double beta2, double epsilon, double weightDecay) implements Optimizer {
    public AmsGrad {
        Require.zeroOrMore("learning-rate", learningRate);
        Require.beta("beta1", beta1);
        Require.beta("beta2", beta2);
        Require.epsilon(epsilon);
        Require.zeroOrMore("weight-decay", weightDecay);
    }

    public static AmsGrad of(double learningRate) {
        return new AmsGrad(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    @Override
    public List<String> slots() {
        return List.of("m", "v", "h");
    }

    @Override
    public boolean usesAge() {
        return true;
    }

    @Override
    public void bound(Bounds b, double lr) {
        new Adam(learningRate, beta1, beta2, epsilon, weightDecay).bound(b, lr);
        b.setVector(2, Math.max(b.vector(2), b.vector(1)));
    }

    @Override
    public Update wire(Vectors v) {
        Adam adam = new Adam(learningRate, beta1, beta2, epsilon, weightDecay);
        return adam.corrected(v, descent(v.theta(), v.grad(), v.slot("m"), v.slot("v"), v.slot("h")));
    }

    private DirectedDescent descent(Array theta, Array g, Array m, Array v, Array h) {
        if (!HostLoops.can(g)) {
            return DirectedDescent.of(Updates.amsGrad(g, m, v, h, beta1, beta2), g, theta);
        }
        float b1 = (float) beta1;
        float b2 = (float) beta2;
        return DirectedDescent.of((x, n, epsilon) -> direction(x[4], x[0], x[1], x[2], n, b1, b2, epsilon), g, theta, m, v, h);
    }

    private static void direction(float[] g, float[] m, float[] v, float[] h, int n, float b1, float b2, float epsilon) {
        for (int i = 0; i < n; i++) {
            float mi = b1 * m[i] + (1 - b1) * g[i];
            float vi = b2 * v[i] + (1 - b2) * (g[i] * g[i]);
            float hi = Math.max(h[i], vi);
            m[i] = mi;
            v[i] = vi;
            h[i] = hi;
            g[i] = mi / ((float) Math.sqrt(hi) + epsilon);
        }
    }
}
