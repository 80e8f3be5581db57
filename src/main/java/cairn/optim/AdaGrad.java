package cairn.optim;

import cairn.tensor.op.Updates;
import java.util.List;

/**
 * Duchi, Hazan and Singer 2011: s = s + g²;  θ = θ - lr·g / (√s + ε). The steps of a coordinate only ever get shorter.
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
    public Update wire(Vectors v) {
        Runnable decay = WeightDecay.coupled(v.decaying(), weightDecay);
        Runnable direction = Updates.withoutChance(Updates.adaGrad(v.grad(), v.slot("s"), epsilon));
        Descent descent = Descent.along(v.grad(), v.theta());
        return (lr, t) -> {
            decay.run();
            direction.run();
            descent.by(lr);
        };
    }
}
