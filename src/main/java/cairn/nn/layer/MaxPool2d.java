package cairn.nn.layer;

import cairn.nn.Wiring;
import cairn.tensor.op.Convolutions.Geometry;
import cairn.tensor.op.Pooling;

/** y = the maximum of each window of each channel; NaN where the window has a NaN. x [batch, height, width, channels]. */
public record MaxPool2d(int window, int stride, Padding padding) implements Pool2d {

    public MaxPool2d {
        Image.requirePositive("window", window);
        Image.requirePositive("stride", stride);
    }

    /** Windows side by side, as many as fit. */
    public static MaxPool2d of(int window) {
        return new MaxPool2d(window, window, Padding.VALID);
    }

    @Override
    public void wire(Wiring t) {
        Geometry g = geometry();
        t.forward(Pooling.max(window, g, t.x(), t.y()));
        t.backwardToInput(() -> Pooling.maxGradient(window, g, t.x(), t.y(), t.dy(), t.dx()));
    }
}
