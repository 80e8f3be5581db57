package cairn.tensor;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.state.Slots;
import cairn.tensor.device.ActiveBackend;
import cairn.tensor.device.Device;
import cairn.tensor.device.NativeArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A dense row-major array of native memory, or a transposed view of one. Arrays are made at wiring and live as long as something refers to
 * them; a view shares its memory with the array that it was taken from and keeps it alive.
 *
 * <p>Where the array lies in a device's memory, Java reads and writes copies: {@link #set}, {@link #copyFrom} and the like send one;
 * {@link #value}, {@link #get} and the like wait for the device and fetch one. A step does not wait.
 */
public final class Array implements Slots.TensorAccess, NativeArray {
    static {
        // Before anything of ND4J's is touched.
        ActiveBackend.made();
    }

    /** Numbers that are converted at once. */
    private static final int PIECE = 1 << 16;
    /** Numbers that are worth being drawn by several threads. */
    private static final int WORTH_THREADS = 1 << 12;

    private final INDArray nd;
    /** The array that owns the memory: this one, or the one that this is a view of. */
    private final INDArray root;
    private final ElementType type;
    private final long[] shape;
    /** Elements before this view in the root's memory. */
    private final long offset;
    /** The first elements as Java sees them; kept, so that a step which fills or reads this array leaves no garbage. */
    @Ephemeral(value = "a view of the array's memory, or a buffer for a copy of it; made when first needed", kind = WIRING)
    private ByteBuffer buffer;
    @Ephemeral(value = "the same bytes as numbers", kind = WIRING)
    private FloatBuffer floats;

    private Array(INDArray nd, INDArray root, ElementType type, long[] shape, long offset) {
        this.nd = nd;
        this.root = root;
        this.type = type;
        this.shape = shape;
        this.offset = offset;
    }

    /** A new array of zeros, F32 or F64. Without sizes it is a scalar of rank 0. */
    public static Array zeros(ElementType type, long... shape) {
        AllocationDryRun dryRun = AllocationDryRun.open();
        INDArray shared = dryRun == null ? null : dryRun.memory(type, size(shape));
        if (shared != null) {
            INDArray over = Nd4j.create(shared.data(), shape, strides(shape), 0, 'c');
            return new Array(over, over, type, shape.clone(), 0);
        }
        Device.MEMORY.place();
        INDArray nd = shape.length == 0 ? Nd4j.scalar(dataType(type), 0) : Nd4j.create(dataType(type), shape);
        Device.MEMORY.settle(nd);
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

    /** A view of all elements with another shape. */
    public Array reshape(long... newShape) {
        if (size(newShape) != size()) {
            throw new IllegalArgumentException("cannot reshape " + this + " to " + Arrays.toString(newShape));
        }
        return view(0, newShape);
    }

    /** The transpose of a matrix, as a view. Only products of matrices take it. */
    public Array transposed() {
        if (shape.length != 2) {
            throw new IllegalArgumentException("only a matrix can be transposed, not " + this);
        }
        return new Array(nd.transpose(), root, type, new long[] {shape[1], shape[0]}, offset);
    }

    /** A view with strides of its own, for copies of windows. Its elements must lie within this array. */
    public INDArray strided(long from, long[] viewShape, long[] viewStrides) {
        return Nd4j.create(root.data(), viewShape, viewStrides, offset + from, 'c');
    }

    /** The array as ND4J knows it, for operations of {@code tensor.op}. */
    @Override
    public INDArray nd() {
        return nd;
    }

    /** Whether the elements lie in the memory that Java sees: then reading one waits for nothing. */
    public boolean isOnHost() {
        return Device.IS_HOST;
    }

    public ElementType type() {
        return type;
    }

    public long[] shape() {
        return shape.clone();
    }

    /** The size of dimension {@code i}. */
    public long size(int i) {
        return shape[i];
    }

    public int rank() {
        return shape.length;
    }

    /** The number of elements. */
    public long size() {
        return size(shape);
    }

    /** Sets every element at once. It makes an array, so a step uses {@link #set(double)} or an operation instead. */
    public void fill(double value) {
        nd.assign(value);
    }

    /** Copies all of {@code source}, which has the same type and size, at once. */
    public void assign(Array source) {
        if (source.size() != size() || source.type != type) {
            throw new IllegalArgumentException("cannot assign " + source + " to " + this);
        }
        // ND4J 1.0.0-M1.1 needs equal shapes.
        nd.assign(Arrays.equals(source.shape, shape) ? source.nd : source.reshape(shape).nd);
    }

    /** Copies the elements as little-endian bytes into {@code target}, which takes at least so many. */
    @Override
    public void copyTo(ByteBuffer target) {
        Device.MEMORY.download(root.data(), offset * type.bytes(), target.limit(target.position() + Math.toIntExact(bytes())));
    }

    /** Copies little-endian bytes from {@code source}, exactly as many as this array takes. */
    @Override
    public void copyFrom(ByteBuffer source) {
        if (source.remaining() != bytes()) {
            throw new IllegalArgumentException(this + " takes " + bytes() + " bytes, not " + source.remaining());
        }
        Device.MEMORY.upload(source, root.data(), offset * type.bytes());
    }

    @Override
    public Optional<ByteBuffer> memory() {
        return Device.IS_HOST && bytes() <= Integer.MAX_VALUE - Double.BYTES ? Optional.of(buffer().duplicate().clear()) : Optional.empty();
    }

    @Override
    public Optional<Slots.Region> region() {
        return Device.IS_HOST ? Optional.empty() : Optional.of(new DeviceRegion(root));
    }

    /** Sets the first {@code count} elements to the {@code values} from {@code from} on, converting to this array's type. */
    public void set(float[] values, int from, int count) {
        if (type == ElementType.F32) {
            floats().put(0, values, from, count);
        } else {
            ByteBuffer w = buffer().clear();
            for (int i = 0; i < count; i++) {
                w.putDouble(values[from + i]);
            }
        }
        send(count);
    }

    /** As {@link #set(float[], int, int)}. Leaves no garbage, so a step may call it. */
    public void set(double[] values, int from, int count) {
        if (type == ElementType.F32) {
            FloatBuffer w = floats();
            for (int i = 0; i < count; i++) {
                w.put(i, (float) values[from + i]);
            }
        } else {
            ByteBuffer w = buffer().clear();
            for (int i = 0; i < count; i++) {
                w.putDouble(values[from + i]);
            }
        }
        send(count);
    }

    /** Sets all elements to {@code values}, converting to this array's type. */
    public void set(double[] values) {
        if (values.length != size()) {
            throw new IllegalArgumentException(this + " has " + size() + " elements, not " + values.length);
        }
        // In pieces, because a parameter may take a large part of the Java heap already.
        ByteBuffer bytes = ByteBuffer.allocate(type.bytes() * (int) Math.min(PIECE, size())).order(ByteOrder.LITTLE_ENDIAN);
        for (long done = 0; done < values.length; done += PIECE) {
            bytes.clear();
            for (int i = (int) done; bytes.hasRemaining() && i < values.length; i++) {
                if (type == ElementType.F32) {
                    bytes.putFloat((float) values[i]);
                } else {
                    bytes.putDouble(values[i]);
                }
            }
            Device.MEMORY.upload(bytes.flip(), root.data(), (offset + done) * type.bytes());
        }
    }

    /**
     * Sets all elements to the values of {@code at} for their indices, portion by portion, so that the values never lie in Java's memory all
     * together. Several threads call {@code at}.
     */
    public void set(LongToDoubleFunction at) {
        double[] portion = new double[(int) Math.min(PIECE, size())];
        ByteBuffer bytes = ByteBuffer.allocate(type.bytes() * portion.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long done = 0; done < size(); done += PIECE) {
            long from = done;
            int n = (int) Math.min(PIECE, size() - from);
            IntStream indices = IntStream.range(0, n);
            (n > WORTH_THREADS ? indices.parallel() : indices).forEach(i -> portion[i] = at.applyAsDouble(from + i));
            bytes.clear();
            for (int i = 0; i < n; i++) {
                if (type == ElementType.F32) {
                    bytes.putFloat((float) portion[i]);
                } else {
                    bytes.putDouble(portion[i]);
                }
            }
            Device.MEMORY.upload(bytes.flip(), root.data(), (offset + from) * type.bytes());
        }
    }

    /** Sets the single element of a scalar. Leaves no garbage, so a step may call it. */
    public void set(double value) {
        requireScalar();
        if (type == ElementType.F32) {
            floats().put(0, (float) value);
        } else {
            buffer().putDouble(0, value);
        }
        send(1);
    }

    /** All elements in row-major order. */
    public double[] toDoubles() {
        double[] values = new double[Math.toIntExact(size())];
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(bytes())).order(ByteOrder.LITTLE_ENDIAN);
        copyTo(bytes);
        bytes.flip();
        for (int i = 0; i < values.length; i++) {
            values[i] = type == ElementType.F32 ? bytes.getFloat() : bytes.getDouble();
        }
        return values;
    }

    /** Copies the first {@code count} elements into {@code into}, rounding doubles. */
    public void get(float[] into, int count) {
        fetch(count);
        if (type == ElementType.F32) {
            floats().get(0, into, 0, count);
        } else {
            ByteBuffer w = buffer().clear();
            for (int i = 0; i < count; i++) {
                into[i] = (float) w.getDouble();
            }
        }
    }

    /** Copies the first elements into {@code into}, as many as it has. Waits for the device, and leaves no garbage. */
    public void get(double[] into) {
        fetch(into.length);
        for (int i = 0; i < into.length; i++) {
            into[i] = type == ElementType.F32 ? floats().get(i) : buffer().getDouble(i * Double.BYTES);
        }
    }

    /** The single element of a scalar. Waits for the device. */
    public double value() {
        requireScalar();
        fetch(1);
        return type == ElementType.F32 ? floats().get(0) : buffer().getDouble(0);
    }

    private void requireScalar() {
        if (size() != 1) {
            throw new IllegalStateException(this + " is not a single value");
        }
    }

    /** What Java reads and writes: the first elements themselves, or a buffer for a copy of them if they lie in a device's memory. */
    private ByteBuffer buffer() {
        if (buffer == null) {
            int most = Math.toIntExact(Math.min(bytes(), Integer.MAX_VALUE - Double.BYTES));
            buffer = (Device.IS_HOST ? window(0, most) : ByteBuffer.allocateDirect(most)).order(ByteOrder.LITTLE_ENDIAN);
            floats = buffer.asFloatBuffer();
        }
        return buffer;
    }

    private FloatBuffer floats() {
        buffer();
        return floats;
    }

    /** Copies the first {@code count} elements into the buffer, if they lie in a device's memory. */
    private void fetch(int count) {
        if (!Device.IS_HOST) {
            Device.MEMORY.download(root.data(), offset * type.bytes(), buffer().clear().limit(count * type.bytes()));
        }
    }

    /** Copies the first {@code count} elements from the buffer to a device's memory, if they lie there. */
    private void send(int count) {
        if (!Device.IS_HOST) {
            Device.MEMORY.upload(buffer().clear().limit(count * type.bytes()), root.data(), offset * type.bytes());
        }
    }

    /**
     * A direct buffer over {@code length} bytes of the memory itself, from byte {@code from} of this view on; only for the host's memory.
     */
    public ByteBuffer window(long from, long length) {
        return Device.MEMORY.window(root.data(), offset * type.bytes() + from, length);
    }

    private long bytes() {
        return size() * type.bytes();
    }

    /** The whole memory that this array is a part of, as a vector. */
    Array whole() {
        long n = root.length();
        return new Array(Nd4j.create(root.data(), new long[] {n}, new long[] {1}, 0, 'c'), root, type, new long[] {n}, 0);
    }

    /** The array whose memory this is a part of. */
    INDArray root() {
        return root;
    }

    /** The number of elements before this array in that memory. */
    long offset() {
        return offset;
    }

    public static long size(long... shape) {
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
