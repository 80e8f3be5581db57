package cairn.optim;

import cairn.tensor.op.Updates;
import java.util.List;

/**
 * Tieleman and Hinton 2012, lecture 6.5: v = α·v + (1-α)·g²;  θ = θ - lr·g / (√v + ε). No bias correction: v starts at 0 and
 * the first steps are longer than the later ones.
 *
 * @param decay α
 * @param weightDecay λ; g = g + λ·θ first
 */
public record RmsProp(double learningRate, double decay, double epsilon, double weightDecay) implements Optimizer {
    public RmsProp {
        Require.zeroOrMore("learning-rate", learningRate);
        Require.beta("decay", decay);
        Require.epsilon(epsilon);
        Require.zeroOrMore("weight-decay", weightDecay);
    }

    public static RmsProp of(double learningRate) {
        return new RmsProp(learningRate, 0.99, 1e-8, 0);
    }

    @Override
    public List<String> slots() {
        return List.of("v");
    }

    @Override
    public Update wire(Vectors v) {
        Runnable decayWeights = WeightDecay.coupled(v.decaying(), weightDecay);
        Runnable direction = Updates.withoutChance(Updates.rmsProp(v.grad(), v.slot("v"), decay, epsilon));
        Descent descent = Descent.along(v.grad(), v.theta());
        return (lr, t) -> {
            decayWeights.run();
            direction.run();
            descent.by(lr);
        };
    }
}
