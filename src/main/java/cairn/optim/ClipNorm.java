package cairn.optim;

import static cairn.state.Ephemeral.Kind.SCRATCH;

import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.Reductions;
import cairn.tensor.op.ScalarOperation;
import cairn.tensor.op.Updates;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * g = g · min(1, norm / (|g| + 1e-6)), where |g| is the Euclidean norm of all gradients together (Pascanu, Mikolov and Bengio
 * 2013; the 1e-6 is PyTorch's). The direction stays.
 *
 * <p>If |g| is not finite, the gradient stays as it is, and {@link Clip#norm} shows it; clipping cannot repair it. Where the squares of a
 * finite gradient do not fit its type, |g| is computed again in double from the gradient over its largest number.
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
        return new ByNorm(grad);
    }

    private final class ByNorm implements Clip {
        private final Array grad;
        private final Array sum;
        private final Operation square;
        private final Operation onDevice;
        private final ScalarOperation scale;
        /** The norm of a gradient whose squares do not fit its type; NaN if they do. */
        @Ephemeral(value = "set before it is read", kind = SCRATCH)
        private double exact;

        ByNorm(Array grad) {
            this.grad = grad;
            this.sum = Array.zeros(grad.type());
            this.square = Reductions.sumOfSquares(grad, sum);
            this.scale = Updates.scale(grad);
            this.onDevice = grad.isOnHost() ? Operation.sequence() : onDevice(grad, sum);
        }

        /** On the host, reads the norm, and changes the gradient only if it is too long. */
        @Override
        public void apply() {
            exact = Double.NaN;
            square.run();
            if (!grad.isOnHost()) {
                onDevice.run();
                return;
            }
            double total = Math.sqrt(sum.value());
            double factor = norm / (total + TINY);
            if (total == Double.POSITIVE_INFINITY) {
                applyToLarge();
            } else if (factor < 1) {
                scale.run(factor);
            }
        }

        @Override
        public void applyToLarge() {
            double[] g = grad.toDoubles();
            double largest = Arrays.stream(g).map(Math::abs).max().orElse(0);
            exact = largest * Math.sqrt(Arrays.stream(g).map(x -> x / largest * (x / largest)).sum());
            if (exact < Double.POSITIVE_INFINITY && norm < exact) {
                // One factor after the other, because their product may be too small for a double.
                grad.set(Arrays.stream(g).map(x -> x / largest * (norm / (exact / largest))).toArray());
            }
        }

        @Override
        public OptionalDouble norm() {
            return OptionalDouble.of(Double.isNaN(exact) ? Math.sqrt(sum.value()) : exact);
        }
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
