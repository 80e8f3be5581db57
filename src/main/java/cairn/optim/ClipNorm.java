package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.Reductions;
import cairn.tensor.Updates;
import java.util.OptionalDouble;

/**
 * g = g · min(1, norm / (|g| + 1e-6)), where |g| is the Euclidean norm of all gradients together (Pascanu, Mikolov and Bengio
 * 2013; the 1e-6 is PyTorch's). The direction stays.
 *
 * <p>If |g| is not finite, the gradient stays as it is, and the norm says so: what to do then is not a question of clipping.
 * Floats whose squares sum to more than 3e38 count as infinite.
 *
 * @param norm the largest norm
 */
public record ClipNorm(double norm) implements Clipping {
    public ClipNorm {
        Require.positive("norm", norm);
    }

    @Override
    public Clip wire(Array grad) {
        Array sum = Array.zeros(grad.type());
        Runnable square = Updates.withoutChance(Reductions.sumOfSquares(grad, sum));
        Updates.Scaled scale = Updates.scale(grad);
        return () -> {
            square.run();
            double total = Math.sqrt(sum.value());
            double factor = norm / (total + 1e-6);
            if (factor < 1 && total < Double.POSITIVE_INFINITY) {
                scale.run(factor);
            }
            return OptionalDouble.of(total);
        };
    }
}
