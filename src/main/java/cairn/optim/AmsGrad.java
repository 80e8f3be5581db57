package cairn.optim;

import cairn.tensor.op.Updates;
import java.util.List;

/**
 * {@link Adam} whose v never shrinks in the quotient (Reddi, Kale and Kumar 2018, as PyTorch has it):
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
    public Update wire(Vectors v) {
        Beta b1 = Beta.of(beta1, v.theta());
        Beta b2 = Beta.of(beta2, v.theta());
        Runnable decay = WeightDecay.coupled(v.decaying(), weightDecay);
        Updates.Adaptive direction = Updates.amsGrad(v.grad(), v.slot("m"), v.slot("v"), v.slot("h"), beta1, beta2);
        Descent descent = Descent.along(v.grad(), v.theta());
        return (lr, t) -> {
            double c = StrictMath.sqrt(b2.correction(t));
            decay.run();
            direction.run(epsilon * c);
            descent.by(lr * c / b1.correction(t));
        };
    }
}
