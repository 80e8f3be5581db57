package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import java.util.List;

/**
 * Nesterov's momentum, as PyTorch writes it (Sutskever et al. 2013): b = μ·b + g;  θ = θ - lr·(g + μ·b).
 *
 * @param momentum μ
 * @param weightDecay λ; g = g + λ·θ first
 */
public record Nesterov(double learningRate, double momentum, double weightDecay) implements Optimizer {
    public Nesterov {
        Require.zeroOrMore("learning-rate", learningRate);
        Require.beta("momentum", momentum);
        Require.zeroOrMore("weight-decay", weightDecay);
    }

    public static Nesterov of(double learningRate) {
        return new Nesterov(learningRate, 0.9, 0);
    }

    @Override
    public List<String> slots() {
        return List.of("b");
    }

    @Override
    public void bound(Bounds b, double lr) {
        b.addDecay(weightDecay);
        b.setVector(0, momentum * b.vector(0) + b.gradient());
        b.descend(lr, b.gradient() + momentum * b.vector(0));
    }

    @Override
    public Update wire(Vectors v) {
        Array b = v.slot("b");
        Array g = v.grad();
        Operation decay = WeightDecay.coupled(v.decaying(), weightDecay);
        Operation lookAhead = Operation.sequence(
                Elementwise.axpy(momentum, b, g, b),  // b = μ·b + g
                Elementwise.axpy(momentum, b, g, g)); // g = μ·b + g
        Descent descent = Descent.along(g, v.theta());
        return (lr, t) -> {
            decay.run();
            lookAhead.run();
            descent.by(lr);
        };
    }
}
