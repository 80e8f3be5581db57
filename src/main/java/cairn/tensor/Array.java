package cairn.tensor;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.state.Slots;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A dense row-major array of native memory, or a transposed view of one. Arrays are made at wiring and live as long as
 * somebody refers to them; a view shares its memory with the array it was taken from and keeps it alive.
 *
 * <p>Transfers to and from the host are bulk copies. They wait for the device and do not belong between two operations of a
 * step.
 */
public final class Array {
    static {
        // Before anything of ND4J's is touched.
        Selection.made();
    }

    private static final long WINDOW_BYTES = 1L << 30;

    private final INDArray nd;
    /** The array whose memory this is: itself, or the one that this is a view of. */
    private final INDArray root;
    private final ElementType type;
    private final long[] shape;
    /** Elements before this view in the root's memory. */
    private final long offset;
    /** The first elements as the host sees them; kept, so that a step that fills or reads this array leaves no garbage. */
    @Ephemeral(value = "a view of the array's memory, made when first asked for", kind = WIRING)
    private FloatBuffer floats;

    private Array(INDArray nd, INDArray root, ElementType type, long[] shape, long offset) {
        this.nd = nd;
        this.root = root;
        this.type = type;
        this.shape = shape;
        this.offset = offset;
    }

    /** A new array of zeros, F32 or F64. No size gives a scalar of rank 0. */
    public static Array zeros(ElementType type, long... shape) {
        Plan plan = Plan.open();
        INDArray shared = plan == null ? null : plan.memory(type, size(shape));
        if (shared != null) {
            return new Array(Nd4j.create(shared.data(), shape, strides(shape), 0, 'c'), shared, type, shape.clone(), 0);
        }
        INDArray nd = shape.length == 0 ? Nd4j.scalar(dataType(type), 0) : Nd4j.create(dataType(type), shape);
        return new Array(nd, nd, type, shape.clone(), 0);
    }

    /** A new array of this type and shape filled with {@code value}. */
    public static Array filled(ElementType type, double value, long... shape) {
        Array a = zeros(type, shape);
        a.fill(value);
        return a;
    }

    /** A view of {@code shape} that begins {@code from} elements after this array's first one. */
    public Array view(long from, long... viewShape) {
        long count = size(viewShape);
        if (from < 0 || from + count > size()) {
            throw new IllegalArgumentException("a view of " + count + " elements at " + from + " does not lie within the "
                    + size() + " elements of " + this);
        }
        if (count == 0) {
            return zeros(type, viewShape);
        }
        // Not get() or slice(): on ND4J 1.0.0-M2.1 they may return an empty array for a view of a view.
        INDArray view = Nd4j.create(root.data(), viewShape, strides(viewShape), offset + from, 'c');
        return new Array(view, root, type, viewShape.clone(), offset + from);
    }

    /** The same elements under another shape. */
    public Array reshape(long... newShape) {
        if (size(newShape) != size()) {
            throw new IllegalArgumentException("cannot see " + this + " as " + Arrays.toString(newShape));
        }
        return view(0, newShape);
    }

    /** The transpose of a matrix, as a view. Only {@link Products} takes it. */
    public Array transposed() {
        if (shape.length != 2) {
            throw new IllegalArgumentException("only a matrix can be transposed, not " + this);
        }
        return new Array(nd.transpose(), root, type, new long[] {shape[1], shape[0]}, offset);
    }

    /** A view with strides of its own, for this package's copies of windows. Its elements lie within this array. */
    INDArray strided(long from, long[] viewShape, long[] viewStrides) {
        return Nd4j.create(root.data(), viewShape, viewStrides, offset + from, 'c');
    }

    /** The ND4J array itself, for operations that this vocabulary lacks. */
    public INDArray nd() {
        return nd;
    }

    public ElementType type() {
        return type;
    }

    public long[] shape() {
        return shape.clone();
    }

    /** Size of dimension {@code i}. */
    public long size(int i) {
        return shape[i];
    }

    public int rank() {
        return shape.length;
    }

    /** Number of elements. */
    public long size() {
        return size(shape);
    }

    /** Sets every element, at once. */
    public void fill(double value) {
        nd.assign(value);
    }

    /** Copies all of {@code source}, of the same type and size, at once. */
    public void assign(Array source) {
        if (source.size() != size() || source.type != type) {
            throw new IllegalArgumentException("cannot assign " + source + " to " + this);
        }
        // ND4J 1.0.0-M1.1 wants one shape.
        nd.assign(Arrays.equals(source.shape, shape) ? source.nd : source.reshape(shape).nd);
    }

    /** Copies the elements as little-endian bytes into {@code target}, which has room for exactly them. */
    public void copyTo(ByteBuffer target) {
        for (long at = 0, end = size() * type.bytes(); at < end; at += WINDOW_BYTES) {
            target.put(window(at, Math.min(WINDOW_BYTES, end - at)));
        }
    }

    /** Copies little-endian bytes from {@code source}, exactly as many as this array takes. */
    public void copyFrom(ByteBuffer source) {
        long end = size() * type.bytes();
        if (source.remaining() != end) {
            throw new IllegalArgumentException(this + " takes " + end + " bytes, not " + source.remaining());
        }
        for (long at = 0; at < end; at += WINDOW_BYTES) {
            int length = (int) Math.min(WINDOW_BYTES, end - at);
            window(at, length).put(source.slice(source.position() + (int) at, length));
        }
        written();
    }

    /** For a slot that holds this array. */
    public Slots.TensorAccess access() {
        return new Slots.TensorAccess() {
            @Override
            public void copyTo(ByteBuffer target) {
                Array.this.copyTo(target);
            }

            @Override
            public void copyFrom(ByteBuffer source) {
                Array.this.copyFrom(source);
            }
        };
    }

    /** Sets the first {@code count} elements to the {@code values} from {@code from} on, converting to this array's type. */
    public void set(float[] values, int from, int count) {
        if (type == ElementType.F32) {
            floats().put(0, values, from, count);
        } else {
            ByteBuffer w = window(0, (long) count * type.bytes());
            for (int i = 0; i < count; i++) {
                w.putDouble(values[from + i]);
            }
        }
        written();
    }

    /** Sets all elements to {@code values}, converting to this array's type. */
    public void set(double[] values) {
        if (values.length != size()) {
            throw new IllegalArgumentException(this + " has " + size() + " elements, not " + values.length);
        }
        ByteBuffer w = window(0, size() * type.bytes());
        for (double v : values) {
            if (type == ElementType.F32) {
                w.putFloat((float) v);
            } else {
                w.putDouble(v);
            }
        }
        written();
    }

    /** All elements in row-major order. */
    public double[] toDoubles() {
        double[] values = new double[Math.toIntExact(size())];
        ByteBuffer w = window(0, size() * type.bytes());
        for (int i = 0; i < values.length; i++) {
            values[i] = type == ElementType.F32 ? w.getFloat() : w.getDouble();
        }
        return values;
    }

    /** Copies the first {@code count} elements into {@code into}, rounding doubles. */
    public void get(float[] into, int count) {
        if (type == ElementType.F32) {
            floats().get(0, into, 0, count);
        } else {
            ByteBuffer w = window(0, (long) count * type.bytes());
            for (int i = 0; i < count; i++) {
                into[i] = (float) w.getDouble();
            }
        }
    }

    /** Sets the single element of a scalar, which lies in the host's memory. */
    void set(float value) {
        floats().put(0, value);
        written();
    }

    /** The single element of a scalar. */
    public double value() {
        if (size() != 1) {
            throw new IllegalStateException(this + " is no single value");
        }
        return type == ElementType.F32 ? floats().get(0) : window(0, type.bytes()).getDouble();
    }

    private FloatBuffer floats() {
        if (floats == null || !Native.ON_HOST) {
            long most = Math.min(size(), Integer.MAX_VALUE / Float.BYTES);
            floats = most == 0 ? FloatBuffer.allocate(0) : window(0, most * Float.BYTES).asFloatBuffer();
        }
        return floats;
    }

    /** All bytes of the live memory, little-endian; at most 2 GiB. Whoever writes there says so: {@link #written}. */
    ByteBuffer bytes() {
        return window(0, size() * type.bytes());
    }

    /**
     * A direct buffer over {@code length} bytes of the live memory, from byte {@code from} of this view on. On a GPU it is the host's copy,
     * and up to date until the next operation; whoever writes there says so: {@link #written}.
     */
    ByteBuffer window(long from, long length) {
        if (length == 0) {
            return ByteBuffer.allocate(0);
        }
        Native.RESIDENCE.fetch(root);
        long begin = offset * type.bytes() + from;
        // The capacity has to be set first: a pointer made from another one keeps its count of elements, not of bytes.
        BytePointer bytes = new BytePointer(root.data().pointer()).capacity(begin + length);
        return bytes.position(begin).limit(begin + length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** After something was written into a {@link #window}. */
    void written() {
        Native.RESIDENCE.written(root);
    }

    static long size(long... shape) {
        long n = 1;
        for (long s : shape) {
            n = Math.multiplyExact(n, s);
        }
        return n;
    }

    private static long[] strides(long[] shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        return strides;
    }

    static DataType dataType(ElementType type) {
        return switch (type) {
            case F32 -> DataType.FLOAT;
            case F64 -> DataType.DOUBLE;
            default -> throw new IllegalArgumentException("arrays are f32 or f64, not " + type.label());
        };
    }

    @Override
    public String toString() {
        return type.label() + Arrays.toString(shape).replace(" ", "");
    }
}
