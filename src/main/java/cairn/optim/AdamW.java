package cairn.optim;

import cairn.tensor.op.ScalarOperation;
import java.util.List;

/**
 * {@link Adam} with decoupled weight decay (Loshchilov and Hutter 2019, Algorithm 2, as in PyTorch):
 * θ = θ - lr·λ·θ first, then Adam's update by the gradient only.
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
    public boolean usesAge() {
        return true;
    }

    @Override
    public void bound(Bounds b, double lr) {
        b.shrink(lr * weightDecay);
        new Adam(learningRate, beta1, beta2, epsilon, 0).bound(b, lr);
    }

    @Override
    public Update wire(Vectors v) {
        ScalarOperation decay = WeightDecay.decoupled(v.decaying(), weightDecay);
        Update adam = new Adam(learningRate, beta1, beta2, epsilon, 0).wire(v);
        return (lr, t) -> {
            decay.run(lr);
            adam.apply(lr, t);
        };
    }
}
