package cairn.checkpoint.format;

import cairn.state.SharedWork;
import cairn.state.State;
import cairn.state.StateDigest;
import cairn.state.TensorDigests;
import cairn.state.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a header says of the content of the tensors: digest, checksums, {@code finite}. Several threads compute it while the tensors are written. */
final class Sums {
    private final State state;
    private final TensorDigests digests;
    private final Map<String, Integer> crcs = new ConcurrentHashMap<>();
    private final SharedWork work;
    private volatile boolean isFinite = true;

    private Sums(State state) {
        this.state = state;
        Map<String, Value.Tensor> tensors = new LinkedHashMap<>();
        state.entries().forEach((path, value) -> {
            if (value instanceof Value.Tensor tensor) {
                tensors.put(path, tensor);
            }
        });
        digests = TensorDigests.of(tensors);
        Finite finite = new Finite(state);
        List<Runnable> pieces = new ArrayList<>(digests.pieces());
        tensors.forEach((path, tensor) -> pieces.add(() -> {
            crcs.put(path, Header.crc(tensor.bytes()));
            if (isFinite && finite.isAsked(path) && !Finite.isFinite(tensor)) {
                isFinite = false;
            }
        }));
        work = digests.isWorthThreads() ? SharedWork.begin(pieces) : SharedWork.later(pieces);
    }

    /** Begins to compute. Until {@link #finish} the state must stay as it is. */
    static Sums begin(State state) {
        return new Sums(state);
    }

    /** Returns when the state is not read any more. */
    void finish() {
        work.finish();
    }

    /** The header of a checkpoint of this state. */
    Header complete(Header outline) {
        finish();
        return outline.with(StateDigest.of(state.entries(), digests), crcs, isFinite);
    }
}
