package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.Updates;
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
    public Update wire(Vectors v) {
        Array b = v.slot("b");
        Array g = v.grad();
        Runnable decay = WeightDecay.coupled(v.decaying(), weightDecay);
        Runnable lookAhead = Updates.withoutChance(
                Elementwise.axpy(momentum, b, g, b),
                Elementwise.axpy(momentum, b, g, g));
        Descent descent = Descent.along(g, v.theta());
        return (lr, t) -> {
            decay.run();
            lookAhead.run();
            descent.by(lr);
        };
    }
}
