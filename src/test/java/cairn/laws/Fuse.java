package cairn.laws;

import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import java.util.concurrent.atomic.AtomicInteger;

/** y = x, but one chosen call, forward or backward, throws an exception: the fuse blows. */
record Fuse() implements Layer {
    /** The number of calls before the fuse blows; below 0 it never blows. For one test at a time. */
    static final AtomicInteger CALLS_LEFT = new AtomicInteger(-1);

    static final class Blown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Blown() {
            super("the fuse has blown");
        }
    }

    @Override
    public long[] outputShape(long[] in) {
        return in;
    }

    @Override
    public void wire(Wiring t) {
        Operation burn = key -> {
            if (t.training() && CALLS_LEFT.get() >= 0 && CALLS_LEFT.getAndDecrement() == 0) {
                throw new Blown();
            }
        };
        t.forward(Elementwise.copy(t.x(), t.y()), burn);
        t.backwardToInput(() -> Elementwise.copy(t.dy(), t.dx()), () -> burn);
    }
}
