package cairn.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;

/** A few reals that a component keeps and looks at itself, in Java's memory, as a slot of type f64. */
public final class RealVector implements Slots.TensorAccess {
    private final double[] values;

    /** {@code size} zeros. */
    public RealVector(int size) {
        values = new double[size];
    }

    public int size() {
        return values.length;
    }

    public double get(int i) {
        return values[i];
    }

    public void set(int i, double value) {
        values[i] = value;
    }

    /** A copy of all of them. */
    public double[] toDoubles() {
        return values.clone();
    }

    /** Declares them as {@code name}. */
    public void slot(Slots s, String name) {
        s.tensor(name, ElementType.F64, new long[] {values.length}, this);
    }

    @Override
    public void copyTo(ByteBuffer target) {
        target.order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().put(values);
        target.position(target.limit());
    }

    @Override
    public void copyFrom(ByteBuffer source) {
        DoubleBuffer from = source.order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
        from.get(values);
    }
}
