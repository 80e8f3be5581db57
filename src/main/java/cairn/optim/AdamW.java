package cairn.optim;

import cairn.tensor.op.Updates;
import java.util.List;

/**
 * {@link Adam} with decoupled weight decay (Loshchilov and Hutter 2019, Algorithm 2, as PyTorch has it):
 * θ = θ - lr·λ·θ first, then Adam's update by the gradient alone.
 *
 * @param weightDecay λ
 */
public record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay) implements Optimizer {
    public AdamW {
        Require.zeroOrMore("learning-rate", learningRate);
        Require.beta("beta1", beta1);
        Require.beta("beta2", beta2);
        Require.epsilon(epsilon);
        Require.zeroOrMore("weight-decay", weightDecay);
    }

    public static AdamW of(double learningRate) {
        return new AdamW(learningRate, 0.9, 0.999, 1e-8, 0.01);
    }

    @Override
    public List<String> slots() {
        return List.of("m", "v");
    }

    @Override
    public Update wire(Vectors v) {
        Beta b1 = Beta.of(beta1, v.theta());
        Beta b2 = Beta.of(beta2, v.theta());
        Updates.Scaled decay = WeightDecay.decoupled(v.decaying(), weightDecay);
        Updates.Adaptive direction = Updates.adam(v.grad(), v.slot("m"), v.slot("v"), beta1, beta2);
        Descent descent = Descent.along(v.grad(), v.theta());
        return (lr, t) -> {
            double c = StrictMath.sqrt(b2.correction(t));
            decay.run(lr);
            direction.run(epsilon * c);
            descent.by(lr * c / b1.correction(t));
        };
    }
}
