package cairn.tensor;

import cairn.state.Slots;
import cairn.tensor.device.Device;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The memory of a root array on a device: tensors that lie there one after the other are moved in one copy. */
final class DeviceRegion implements Slots.Region {
    private final INDArray root;

    DeviceRegion(INDArray root) {
        this.root = root;
    }

    @Override
    public void copyTo(List<Slots.Move> moves) {
        runs(moves).forEach(run -> Device.MEMORY.download(root.data(), run.from, run.buffers));
    }

    @Override
    public void copyFrom(List<Slots.Move> moves) {
        runs(moves).forEach(run -> Device.MEMORY.upload(run.buffers, root.data(), run.from));
    }

    /** Moves of bytes that lie one after the other without a gap. */
    private static final class Run {
        private final long from;
        private final List<ByteBuffer> buffers = new ArrayList<>();
        private long end;

        Run(long from) {
            this.from = from;
            this.end = from;
        }
    }

    /** The runs in the order of the memory. Bytes between them are neither read nor overwritten. */
    private static List<Run> runs(List<Slots.Move> moves) {
        List<Slots.Move> sorted = new ArrayList<>(moves);
        sorted.sort(Comparator.comparingLong(m -> begin(m)));
        List<Run> runs = new ArrayList<>();
        Run run = null;
        for (Slots.Move m : sorted) {
            if (!m.bytes().hasRemaining()) {
                continue;
            }
            if (run == null || run.end != begin(m)) {
                run = new Run(begin(m));
                runs.add(run);
            }
            run.buffers.add(m.bytes());
            run.end += m.bytes().remaining();
        }
        return runs;
    }

    private static long begin(Slots.Move m) {
        Array array = (Array) m.tensor();
        return array.offset() * array.type().bytes();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DeviceRegion that && that.root == root;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(root);
    }
}
