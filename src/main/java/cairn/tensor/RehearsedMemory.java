package cairn.tensor;

import java.nio.ByteBuffer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The processor in a card's part: its memory is treated as if Java could not see it, and everything goes the way that it goes on a
 * card, by copies that are counted and by ND4J's own operations. So that way can be tested where there is no card.
 */
final class RehearsedMemory implements Residence {
    @Override
    public boolean isHost() {
        return false;
    }

    @Override
    public void settle(INDArray fresh) {
        // What it was filled with is there.
    }

    @Override
    public void download(DataBuffer memory, long from, ByteBuffer target) {
        Traffic.read(target.remaining());
        HostMemory.read(memory, from, target);
    }

    @Override
    public void upload(ByteBuffer source, DataBuffer memory, long from) {
        Traffic.written(source.remaining());
        HostMemory.write(source, memory, from);
    }

    @Override
    public void finish() {
        // A call returns when it is done.
    }
}
