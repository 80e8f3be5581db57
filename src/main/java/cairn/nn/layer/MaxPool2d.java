package cairn.nn.layer;

import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.tensor.op.Convolutions.Geometry;
import cairn.tensor.op.Pooling;

/** y = the largest of each window of each channel; NaN where the window has a NaN. x [batch, height, width, channels]. */
public record MaxPool2d(int window, int stride, Padding padding) implements Layer {

    public MaxPool2d {
        Image.requirePositive("window", window);
        Image.requirePositive("stride", stride);
    }

    /** Windows side by side, as many as fit. */
    public static MaxPool2d of(int window) {
        return new MaxPool2d(window, window, Padding.VALID);
    }

    @Override
    public long[] outputShape(long[] in) {
        return Image.output(kind(), "size", in, window, geometry(), in.length == 3 ? in[2] : 0);
    }

    @Override
    public void wire(Wiring t) {
        Geometry g = geometry();
        t.forward(Pooling.max(window, g, t.x(), t.y()));
        t.backwardToInput(() -> Pooling.maxGradient(window, g, t.x(), t.dy(), t.dx()));
    }

    private Geometry geometry() {
        return new Geometry(stride, 1, padding == Padding.SAME);
    }
}
