package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.Reductions;
import cairn.tensor.op.ScalarOperation;
import cairn.tensor.op.Updates;
import java.util.OptionalDouble;

/**
 * g = g · min(1, norm / (|g| + 1e-6)), where |g| is the Euclidean norm of all gradients together (Pascanu, Mikolov and Bengio
 * 2013; the 1e-6 is PyTorch's). The direction stays.
 *
 * <p>If |g| is not finite, the gradient stays as it is, and {@link Clip#norm} shows it; clipping cannot repair it. Floats whose squares sum
 * to more than 3e38 count as infinite.
 *
 * @param norm the largest norm
 */
public record ClipNorm(double norm) implements Clipping {
    private static final double TINY = 1e-6;

    public ClipNorm {
        Require.positive("norm", norm);
    }

    @Override
    public boolean usesNorm() {
        return true;
    }

    @Override
    public boolean onlyShortens() {
        return true;
    }

    @Override
    public Clip wire(Array grad) {
        Array sum = Array.zeros(grad.type());
        Operation square = Reductions.sumOfSquares(grad, sum);
        Runnable shorten = grad.isOnHost() ? byNorm(grad, sum) : onDevice(grad, sum)::run;
        return new Clip() {
            @Override
            public void apply() {
                square.run();
                shorten.run();
            }

            @Override
            public OptionalDouble norm() {
                return OptionalDouble.of(Math.sqrt(sum.value()));
            }
        };
    }

    /** Reads the norm, and changes the gradient only if it is too long. */
    private Runnable byNorm(Array grad, Array sum) {
        ScalarOperation scale = Updates.scale(grad);
        return () -> {
            double total = Math.sqrt(sum.value());
            double factor = norm / (total + TINY);
            if (factor < 1 && total < Double.POSITIVE_INFINITY) {
                scale.run(factor);
            }
        };
    }

    /**
     * Does not read the norm, because that would wait for the device: the factor is computed where the gradient lies. If the norm is not
     * finite, the gradient changes; but no update is made with it.
     */
    private Operation onDevice(Array grad, Array sum) {
        Array factor = Array.zeros(grad.type());
        return Operation.sequence(Elementwise.sqrt(sum, factor), Elementwise.shift(factor, TINY, factor),
                Elementwise.reciprocal(norm, factor, factor), Elementwise.clip(factor, 0, 1, factor), Elementwise.scaleBy(factor, grad));
    }
}
