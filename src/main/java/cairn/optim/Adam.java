package cairn.optim;

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
 * <p>Computed as lr·c / (1-β1^t) · m / (√v + ε·c) with c = √(1-β2^t), which is the same: one pass over the vectors, and
 * the corrections in double whatever the vectors are.
 *
 * @param weightDecay λ; g = g + λ·θ first, so that frequent large gradients decay less; {@link AdamW} is the other reading
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
    public Update wire(Vectors v) {
        Beta b1 = Beta.of(beta1, v.theta());
        Beta b2 = Beta.of(beta2, v.theta());
        Runnable decay = WeightDecay.coupled(v.decaying(), weightDecay);
        Updates.Adaptive direction = Updates.adam(v.grad(), v.slot("m"), v.slot("v"), beta1, beta2);
        Descent descent = Descent.along(v.grad(), v.theta());
        return (lr, t) -> {
            double c = StrictMath.sqrt(b2.correction(t));
            decay.run();
            direction.run(epsilon * c);
            descent.by(lr * c / b1.correction(t));
        };
    }
}
