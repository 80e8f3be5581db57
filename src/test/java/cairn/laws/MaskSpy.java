package cairn.laws;

import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.tensor.op.Elementwise;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** y = x; in every training pass it records where x is 0. After a dropout of inputs without zeros, this is the dropout mask. */
record MaskSpy() implements Layer {
    /** The recorded masks. For one test at a time. */
    static final List<String> SEEN = new CopyOnWriteArrayList<>();

    @Override
    public long[] outputShape(long[] in) {
        return in;
    }

    @Override
    public void wire(Wiring t) {
        t.forward(Elementwise.copy(t.x(), t.y()));
        if (t.training()) {
            t.forward(key -> SEEN.add(Arrays.toString(Arrays.stream(t.y().toDoubles()).mapToInt(v -> v == 0 ? 0 : 1).toArray())));
        }
        t.backwardToInput(() -> Elementwise.copy(t.dy(), t.dx()));
    }
}
