package cairn.optim;

import cairn.tensor.Operation;

/**
 * Plain gradient descent: θ = θ - lr·g.
 *
 * @param weightDecay λ; g = g + λ·θ first
 */
public record Sgd(double learningRate, double weightDecay) implements Optimizer {
    public Sgd {
        Require.zeroOrMore("learning-rate", learningRate);
        Require.zeroOrMore("weight-decay", weightDecay);
    }

    public static Sgd of(double learningRate) {
        return new Sgd(learningRate, 0);
    }

    @Override
    public void bound(Bounds b, double lr) {
        b.addDecay(weightDecay);
        b.descend(lr, b.gradient());
    }

    @Override
    public Update wire(Vectors v) {
        Operation decay = WeightDecay.coupled(v.decaying(), weightDecay);
        Descent descent = Descent.along(v.grad(), v.theta());
        return (lr, t) -> {
            decay.run();
            descent.by(lr);
        };
    }
}
