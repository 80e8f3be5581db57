package cairn.optim;

import cairn.optim.Optimizer.Decaying;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.ScalarOperation;
import java.util.List;

/** The two forms of weight decay λ. Both change only the tensors that decay. */
final class WeightDecay {
    private WeightDecay() {
    }

    /** g = g + λ·θ: adds the gradient of ½λ|θ|², which an adaptive rule then scales with the rest (L2 regularization). */
    static Operation coupled(List<Decaying> parts, double lambda) {
        return lambda == 0 ? Operation.sequence() : Operation.sequence(parts.stream()
                .map(p -> Elementwise.axpy(lambda, p.theta(), p.grad(), p.grad())).toList());
    }

    /** θ = θ - rate·λ·θ, independent of the gradient (Loshchilov and Hutter 2019, "Decoupled weight decay regularization"). */
    static ScalarOperation decoupled(List<Decaying> parts, double lambda) {
        List<Descent> shrink = parts.stream().map(p -> Descent.along(p.theta(), p.theta())).toList();
        return rate -> {
            for (Descent d : shrink) {
                d.by(rate * lambda);
            }
        };
    }
}
