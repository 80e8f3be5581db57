package cairn.nn;

import static cairn.state.Ephemeral.Kind.FIXED;
import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import java.util.stream.LongStream;

/**
 * What goes from one layer to the next: a value and, if a layer upstream is trained, its gradient. Both arrays are made when they are first
 * needed, so that an evaluation never makes a gradient and a view never makes a copy.
 */
public final class Edge {
    private final ElementType type;
    @Ephemeral(value = "a shape", kind = FIXED)
    private final long[] shape;
    private final boolean needsGradient;
    private final Edge valueFrom;
    @Ephemeral(value = "made when first needed, at wiring", kind = WIRING)
    private Edge gradientFrom;
    @Ephemeral(value = "made when first needed, at wiring", kind = WIRING)
    private Array value;
    @Ephemeral(value = "made when first needed, at wiring", kind = WIRING)
    private Array gradient;

    private Edge(ElementType type, long[] shape, boolean needsGradient, Edge valueFrom, Edge gradientFrom) {
        this.type = type;
        this.shape = shape;
        this.needsGradient = needsGradient;
        this.valueFrom = valueFrom;
        this.gradientFrom = gradientFrom;
    }

    /** An edge with arrays of its own. */
    static Edge fresh(ElementType type, long batch, long[] row, boolean needsGradient) {
        return new Edge(type, batched(batch, row), needsGradient, null, null);
    }

    /** An edge with another shape, whose value and gradient are views of this edge's. */
    Edge reshaped(long[] row) {
        return new Edge(type, batched(shape[0], row), needsGradient, this, this);
    }

    /** An edge with the value of this one and a gradient of its own, for a second reader of the value. */
    Edge forked() {
        return new Edge(type, shape, needsGradient, this, null);
    }

    /**
     * Makes the gradient of {@code other} the gradient of this edge too: writing one writes the other. If this edge is a reshaped one, the
     * gradient of the original edge is shared. To be called before the gradient is first needed.
     */
    void shareGradientOf(Edge other) {
        if (gradientFrom == null) {
            gradientFrom = other;
        } else {
            gradientFrom.shareGradientOf(other);
        }
    }

    /** Whether anything upstream of here is trained. */
    boolean needsGradient() {
        return needsGradient;
    }

    /** The value [batch, ...]. */
    public Array value() {
        if (value == null) {
            value = valueFrom == null ? Array.zeros(type, shape) : valueFrom.value().reshape(shape);
        }
        return value;
    }

    /** The gradient of the loss with respect to the value. */
    public Array gradient() {
        if (gradient == null) {
            gradient = gradientFrom == null ? Array.zeros(type, shape) : gradientFrom.gradient().reshape(shape);
        }
        return gradient;
    }

    /** The shape of one row. */
    long[] row() {
        return LongStream.of(shape).skip(1).toArray();
    }

    static long[] batched(long batch, long... row) {
        return LongStream.concat(LongStream.of(batch), LongStream.of(row)).toArray();
    }
}
