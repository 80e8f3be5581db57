package cairn.tensor.device;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;

/** A piece of native memory, in the length that was allocated. For audits of what an object refers to. */
public final class NativeMemory {
    private final long address;
    private final DataBuffer buffer;

    private NativeMemory(DataBuffer buffer) {
        this.address = buffer.platformAddress();
        this.buffer = buffer;
    }

    /** The memory of {@code o}, if it is an array or a prepared call of the library; otherwise none. */
    public static List<NativeMemory> of(Object o) {
        List<INDArray> arrays = new ArrayList<>();
        if (o instanceof NativeArray array) {
            arrays.add(array.nd());
        } else if (o instanceof INDArray nd) {
            arrays.add(nd);
        } else if (o instanceof CustomOp op) {
            arrays.addAll(op.inputArguments());
            arrays.addAll(op.outputArguments());
        } else if (o instanceof OpContext context) {
            arrays.addAll(context.getInputArrays());
            arrays.addAll(context.getOutputArrays());
        } else if (o instanceof Op op) {
            arrays.addAll(Arrays.asList(op.x(), op.y(), op.z()));
        }
        return arrays.stream().filter(Objects::nonNull).map(NativeMemory::rootOf).distinct().toList();
    }

    private static NativeMemory rootOf(INDArray nd) {
        DataBuffer own = nd.data();
        return new NativeMemory(own.originalDataBuffer() == null ? own : own.originalDataBuffer());
    }

    /** Whether {@code o} is an array, which consists of memory only. */
    public static boolean isArray(Object o) {
        return o instanceof NativeArray || o instanceof INDArray;
    }

    /** Whether {@code type} belongs to the native library, as a prepared call does. */
    public static boolean isOfLibrary(Class<?> type) {
        return type.getName().startsWith("org.nd4j.") || type.getName().startsWith("org.bytedeco.");
    }

    /** Its size in bytes. */
    public long bytes() {
        return buffer.length() * buffer.getElementSize();
    }

    /** The size of one of its numbers in bytes. */
    public int elementBytes() {
        return buffer.getElementSize();
    }

    /** Whether it holds floating-point numbers: of 4 bytes or of 8. */
    public boolean holdsReals() {
        return buffer.dataType() == DataType.FLOAT || buffer.dataType() == DataType.DOUBLE;
    }

    /** A copy of its bytes, little-endian. */
    public byte[] contents() {
        byte[] copy = new byte[Math.toIntExact(bytes())];
        Device.MEMORY.download(buffer, 0, ByteBuffer.wrap(copy));
        return copy;
    }

    /** Overwrites all of its bytes, little-endian. */
    public void overwrite(byte[] contents) {
        if (contents.length != bytes()) {
            throw new IllegalArgumentException(this + " cannot take " + contents.length + " bytes");
        }
        Device.MEMORY.upload(ByteBuffer.wrap(contents), buffer, 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NativeMemory that && that.address == address;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(address);
    }

    @Override
    public String toString() {
        return bytes() + " bytes of native memory";
    }
}
