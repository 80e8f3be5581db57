package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.ScalarOperation;
import java.util.List;

/**
 * Chen et al. 2023, "Symbolic discovery of optimization algorithms", Program 2:
 *
 * <pre>
 * c = β1·m + (1-β1)·g
 * θ = θ - lr·(sign(c) + λ·θ)
 * m = β2·m + (1-β2)·g
 * </pre>
 *
 * <p>Every coordinate moves by lr, so the rate should be 3 to 10 times smaller than Adam's, and the weight decay 3 to 10 times larger
 * (section 5 of the paper).
 *
 * @param weightDecay λ, decoupled from the gradient
 */
public record Lion(double learningRate, double beta1, double beta2, double weightDecay) implements Optimizer {
    public Lion {
        Require.zeroOrMore("learning-rate", learningRate);
        Require.beta("beta1", beta1);
        Require.beta("beta2", beta2);
        Require.zeroOrMore("weight-decay", weightDecay);
    }

    public static Lion of(double learningRate) {
        return new Lion(learningRate, 0.9, 0.99, 0);
    }

    @Override
    public List<String> slots() {
        return List.of("m");
    }

    @Override
    public void bound(Bounds b, double lr) {
        b.shrink(lr * weightDecay);
        b.setVector(0, Math.max(b.vector(0), b.gradient()));
        b.descend(lr, 1);
    }

    @Override
    public Update wire(Vectors v) {
        Array g = v.grad();
        Array m = v.slot("m");
        Array c = v.scratch();
        ScalarOperation decay = WeightDecay.decoupled(v.decaying(), weightDecay);
        Operation direction = Operation.sequence(
                Elementwise.scale(m, beta1, c),       // c = β1·m
                Elementwise.axpy(1 - beta1, g, c, c), //   + (1-β1)·g
                Elementwise.sign(c, c),               // c = sign(c)
                Elementwise.scale(m, beta2, m),       // m = β2·m
                Elementwise.axpy(1 - beta2, g, m, m)); //  + (1-β2)·g
        Descent descent = Descent.along(c, v.theta());
        return (lr, t) -> {
            decay.run(lr);
            direction.run();
            descent.by(lr);
        };
    }
}
