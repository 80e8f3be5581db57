package cairn.tensor.device;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.Ephemeral;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;

/**
 * The memory of a GPU. Each copy has a stream of its own and two page-locked buffers, through which bytes travel at the bus's full speed
 * while the GPU computes for another thread. Streams and buffers are used again by the next thread that copies. So there are as many as
 * copies ran at one time; ND4J has no call that ends a stream.
 */
final class CudaMemory implements ArrayMemory {
    /** Bytes of a buffer: enough for the bus, and few enough that an operation which has to wait for a copy does not wait long. */
    private static final int PIECE = 2 << 20;
    private static final int TO_DEVICE = 1;
    private static final int TO_HOST = 2;
    /** The first visible GPU: the one that {@link ActiveBackend} has examined. */
    private static final int GPU = 0;

    /** Whether the thread works on that GPU: ND4J distributes threads among all GPUs that it sees. */
    @Ephemeral(value = "threads that have chosen the GPU", kind = WIRING)
    private final ThreadLocal<Boolean> placed = ThreadLocal.withInitial(() -> {
        Nd4j.getAffinityManager().unsafeSetDevice(GPU);
        return true;
    });
    @Ephemeral(value = "copies that are not in use at the moment", kind = WIRING)
    private final Deque<GpuCopy> free = new ArrayDeque<>();

    @Override
    public boolean isHost() {
        return false;
    }

    @Override
    public void place() {
        placed.get();
    }

    @Override
    public void settle(INDArray fresh) {
        // ND4J may have filled the host copy, to be sent when it is first needed; Cairn uses the device copy only.
        Nd4j.getAffinityManager().ensureLocation(fresh, Location.DEVICE);
    }

    @Override
    public void download(DataBuffer memory, long from, List<ByteBuffer> targets) {
        TransferCounters.read(StagedCopy.remaining(targets));
        finish();
        GpuCopy copy = take();
        copy.download(memory, from, targets);
        giveBack(copy);
    }

    @Override
    public void upload(List<ByteBuffer> sources, DataBuffer memory, long from) {
        TransferCounters.written(StagedCopy.remaining(sources));
        finish();
        GpuCopy copy = take();
        copy.upload(sources, memory, from);
        giveBack(copy);
        Nd4j.getAffinityManager().tagLocation(memory, Location.DEVICE);
    }

    @Override
    public void finish() {
        place();
        Nd4j.getExecutioner().commit();
    }

    private GpuCopy take() {
        synchronized (free) {
            return free.isEmpty() ? new GpuCopy() : free.pop();
        }
    }

    /** Is not called after a copy has failed, because that one may still be running. */
    private void giveBack(GpuCopy copy) {
        synchronized (free) {
            free.push(copy);
        }
    }

    /** A place in the GPU's memory. */
    private static final class Address extends Pointer {
        Address(long address) {
            super((Pointer) null);
            this.address = address;
        }
    }

    /** A stream and two page-locked buffers. */
    private static final class GpuCopy extends StagedCopy {
        private final NativeOps library = Device.LIBRARY;
        @Ephemeral(value = "where the buffers are", kind = WIRING)
        private final Pointer[] buffers;
        @Ephemeral(value = "the queue of copies", kind = WIRING)
        private final Pointer stream;

        GpuCopy() {
            this(pageLocked(), pageLocked());
        }

        private GpuCopy(Pointer one, Pointer other) {
            super(bytes(one), bytes(other));
            buffers = new Pointer[] {one, other};
            stream = library.createStream();
            require(stream != null, "making a stream");
        }

        private static Pointer pageLocked() {
            Pointer buffer = Device.LIBRARY.mallocHost(PIECE, 0);
            require(buffer != null, "locking " + PIECE + " bytes of memory");
            return buffer;
        }

        private static ByteBuffer bytes(Pointer buffer) {
            return new BytePointer(buffer).capacity(PIECE).asByteBuffer();
        }

        @Override
        void fetch(DataBuffer memory, long from, int buffer, int bytes) {
            begin(buffers[buffer], new Address(memory.platformAddress() + from), bytes, TO_HOST);
        }

        @Override
        void send(int buffer, DataBuffer memory, long from, int bytes) {
            begin(new Address(memory.platformAddress() + from), buffers[buffer], bytes, TO_DEVICE);
        }

        private void begin(Pointer to, Pointer from, int bytes, int direction) {
            require(library.memcpyAsync(to, from, bytes, direction, stream) != 0,
                    "copying " + bytes + (direction == TO_HOST ? " bytes from the GPU" : " bytes to the GPU"));
        }

        @Override
        void await() {
            require(library.streamSynchronize(stream) != 0, "a copy from or to the GPU");
        }

        /** A call answers 1 even if it failed; the library keeps the error until its message is read. */
        private static void require(boolean answer, String what) {
            if (!answer || Device.LIBRARY.lastErrorCode() != 0) {
                throw new IllegalStateException(what + " failed: " + Device.LIBRARY.lastErrorMessage());
            }
        }
    }
}
