package cairn.nn.layer;

import cairn.nn.Wiring;
import cairn.tensor.op.Convolutions.Geometry;
import cairn.tensor.op.Pooling;

/** y = the mean of each window of each channel, without padding. x [batch, height, width, channels]. */
public record AveragePool2d(int window, int stride, Padding padding) implements Pool2d {

    public AveragePool2d {
        Image.requirePositive("window", window);
        Image.requirePositive("stride", stride);
    }

    /** Windows side by side, as many as fit. */
    public static AveragePool2d of(int window) {
        return new AveragePool2d(window, window, Padding.VALID);
    }

    @Override
    public void wire(Wiring t) {
        Geometry g = geometry();
        t.forward(Pooling.average(window, g, t.x(), t.y()));
        t.backwardToInput(() -> Pooling.averageGradient(window, g, t.x(), t.dy(), t.dx()));
    }
}
