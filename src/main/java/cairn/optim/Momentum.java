package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import java.util.List;

/**
 * Heavy ball, as PyTorch writes it: b = μ·b + g;  θ = θ - lr·b. The rate is not part of b, so that a schedule acts immediately.
 *
 * @param momentum μ
 * @param weightDecay λ; g = g + λ·θ first
 */
public record Momentum(double learningRate, double momentum, double weightDecay) implements Optimizer {
    public Momentum {
        Require.zeroOrMore("learning-rate", learningRate);
        Require.beta("momentum", momentum);
        Require.zeroOrMore("weight-decay", weightDecay);
    }

    public static Momentum of(double learningRate) {
        return new Momentum(learningRate, 0.9, 0);
    }

    @Override
    public List<String> slots() {
        return List.of("b");
    }

    @Override
    public void bound(Bounds b, double lr) {
        b.addDecay(weightDecay);
        b.setVector(0, momentum * b.vector(0) + b.gradient());
        b.descend(lr, b.vector(0));
    }

    @Override
    public Update wire(Vectors v) {
        Array b = v.slot("b");
        Operation decay = WeightDecay.coupled(v.decaying(), weightDecay);
        // b = μ·b + g
        Operation accumulate = Elementwise.axpy(momentum, b, v.grad(), b);
        Descent descent = Descent.along(b, v.theta());
        return (lr, t) -> {
            decay.run();
            accumulate.run();
            descent.by(lr);
        };
    }
}
