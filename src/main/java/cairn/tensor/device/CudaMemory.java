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
 * Numbers that live on a card. Each copy has a stream of its own and two pieces of page-locked memory, through which bytes travel at the
 * bus's full speed, beside whatever another thread lets the card compute. Streams and memory are used again, by whichever thread copies
 * next: there are as many as copies went on at a time, and ND4J has no call that would end a stream.
 */
final class CudaMemory implements ArrayMemory {
    /** Large enough for the bus; small enough that an operation which has to wait for one in flight does not wait long. */
    private static final int PIECE = 2 << 20;
    private static final int TO_DEVICE = 1;
    private static final int TO_HOST = 2;
    /** The first card that is visible: the one that {@link ActiveBackend} has looked at. */
    private static final int CARD = 0;

    /** Whether the thread works on that card: ND4J shares out threads among all cards that it sees. */
    @Ephemeral(value = "threads that have chosen the card", kind = WIRING)
    private final ThreadLocal<Boolean> placed = ThreadLocal.withInitial(() -> {
        Nd4j.getAffinityManager().unsafeSetDevice(CARD);
        return true;
    });
    @Ephemeral(value = "ways that nobody copies through at the moment", kind = WIRING)
    private final Deque<CardLane> free = new ArrayDeque<>();

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
        // ND4J may have filled the host's copy, to be sent when it is first needed; ours are the device's numbers alone.
        Nd4j.getAffinityManager().ensureLocation(fresh, Location.DEVICE);
    }

    @Override
    public void download(DataBuffer memory, long from, List<ByteBuffer> targets) {
        TransferCounters.read(StagedCopy.remaining(targets));
        finish();
        CardLane lane = lane();
        lane.download(memory, from, targets);
        free(lane);
    }

    @Override
    public void upload(List<ByteBuffer> sources, DataBuffer memory, long from) {
        TransferCounters.written(StagedCopy.remaining(sources));
        finish();
        CardLane lane = lane();
        lane.upload(sources, memory, from);
        free(lane);
        Nd4j.getAffinityManager().tagLocation(memory, Location.DEVICE);
    }

    @Override
    public void finish() {
        place();
        Nd4j.getExecutioner().commit();
    }

    private CardLane lane() {
        synchronized (free) {
            return free.isEmpty() ? new CardLane() : free.pop();
        }
    }

    /** Not one on which a copy has failed: it may still be under way. */
    private void free(CardLane lane) {
        synchronized (free) {
            free.push(lane);
        }
    }

    /** A place in the card's memory. */
    private static final class Address extends Pointer {
        Address(long address) {
            super((Pointer) null);
            this.address = address;
        }
    }

    /** A stream, and two pieces of page-locked memory. */
    private static final class CardLane extends StagedCopy {
        private final NativeOps library = Device.LIBRARY;
        @Ephemeral(value = "where the rooms are", kind = WIRING)
        private final Pointer[] rooms;
        @Ephemeral(value = "where copies are put in line", kind = WIRING)
        private final Pointer stream;

        CardLane() {
            this(pageLocked(), pageLocked());
        }

        private CardLane(Pointer one, Pointer other) {
            super(bytes(one), bytes(other));
            rooms = new Pointer[] {one, other};
            stream = library.createStream();
            require(stream != null, "making a stream");
        }

        private static Pointer pageLocked() {
            Pointer room = Device.LIBRARY.mallocHost(PIECE, 0);
            require(room != null, "locking " + PIECE + " bytes of memory");
            return room;
        }

        private static ByteBuffer bytes(Pointer room) {
            return new BytePointer(room).capacity(PIECE).asByteBuffer();
        }

        @Override
        void fetch(DataBuffer memory, long from, int room, int bytes) {
            begin(rooms[room], new Address(memory.platformAddress() + from), bytes, TO_HOST);
        }

        @Override
        void send(int room, DataBuffer memory, long from, int bytes) {
            begin(new Address(memory.platformAddress() + from), rooms[room], bytes, TO_DEVICE);
        }

        private void begin(Pointer to, Pointer from, int bytes, int direction) {
            require(library.memcpyAsync(to, from, bytes, direction, stream) != 0,
                    "copying " + bytes + (direction == TO_HOST ? " bytes from the card" : " bytes to the card"));
        }

        @Override
        void await() {
            require(library.streamSynchronize(stream) != 0, "a copy from or to the card");
        }

        /** What a call answers is 1 even where it failed; its error stands beside it until somebody asks for the message. */
        private static void require(boolean answer, String what) {
            if (!answer || Device.LIBRARY.lastErrorCode() != 0) {
                throw new IllegalStateException(what + " failed: " + Device.LIBRARY.lastErrorMessage());
            }
        }
    }
}
