package cairn.tensor;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;

/**
 * Numbers that live on a card. Each thread that copies has a stream of its own and a piece of page-locked memory, through which bytes
 * travel at the bus's full speed, beside whatever another thread lets the card compute.
 */
final class CardMemory implements Residence {
    private static final int PIECE = 4 << 20;
    private static final int TO_DEVICE = 1;
    private static final int TO_HOST = 2;
    /** The first card that is visible: the one that {@link Selection} has looked at. */
    private static final int CARD = 0;

    private static final ThreadLocal<Lane> LANES = ThreadLocal.withInitial(Lane::new);

    @Override
    public boolean isHost() {
        return false;
    }

    @Override
    public void settle(INDArray fresh) {
        // ND4J may have filled the host's copy, to be sent when it is first needed; ours are the device's numbers alone.
        Nd4j.getAffinityManager().ensureLocation(fresh, Location.DEVICE);
    }

    @Override
    public void download(DataBuffer memory, long from, ByteBuffer target) {
        Traffic.read(target.remaining());
        finish();
        Lane lane = LANES.get();
        for (long at = memory.platformAddress() + from; target.hasRemaining();) {
            int n = Math.min(PIECE, target.remaining());
            lane.copy(lane.pinned, new Address(at), n, TO_HOST);
            target.put(lane.room.clear().limit(n));
            at += n;
        }
    }

    @Override
    public void upload(ByteBuffer source, DataBuffer memory, long from) {
        Traffic.written(source.remaining());
        finish();
        Lane lane = LANES.get();
        for (long at = memory.platformAddress() + from; source.hasRemaining();) {
            int n = Math.min(PIECE, source.remaining());
            lane.room.clear().put(source.slice(source.position(), n));
            source.position(source.position() + n);
            lane.copy(new Address(at), lane.pinned, n, TO_DEVICE);
            at += n;
        }
        Nd4j.getAffinityManager().tagLocation(memory, Location.DEVICE);
    }

    @Override
    public void finish() {
        Nd4j.getExecutioner().commit();
    }

    /** A place in the card's memory. */
    private static final class Address extends Pointer {
        Address(long address) {
            super((Pointer) null);
            this.address = address;
        }
    }

    /** One thread's way between host and card. */
    private static final class Lane {
        private final NativeOps library = Native.LIBRARY;
        private final Pointer stream;
        private final Pointer pinned;
        private final ByteBuffer room;

        Lane() {
            // ND4J shares out threads among all cards that it sees.
            Nd4j.getAffinityManager().unsafeSetDevice(CARD);
            stream = library.createStream();
            pinned = library.mallocHost(PIECE, 0);
            if (stream == null || pinned == null) {
                throw new IllegalStateException("the card's driver gives no stream or no page-locked memory of " + PIECE + " bytes: "
                        + library.lastErrorMessage());
            }
            room = new BytePointer(pinned).capacity(PIECE).asByteBuffer();
        }

        void copy(Pointer to, Pointer from, int bytes, int direction) {
            int status = library.memcpyAsync(to, from, bytes, direction, stream);
            if (status == 0 || library.streamSynchronize(stream) == 0 || library.lastErrorCode() != 0) {
                throw new IllegalStateException("copying " + bytes + (direction == TO_HOST ? " bytes from the card" : " bytes to the card")
                        + " failed: " + library.lastErrorMessage());
            }
        }
    }
}
