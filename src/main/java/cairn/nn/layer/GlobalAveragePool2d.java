package cairn.nn.layer;

import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.tensor.op.Pooling;

/** y[n,c] = the mean of x[n,·,·,c].   x [batch, height, width, channels], y [batch, channels]. */
public record GlobalAveragePool2d() implements Layer {

    @Override
    public long[] outputShape(long[] in) {
        Image.require(kind(), in);
        return new long[] {in[2]};
    }

    @Override
    public void wire(Wiring t) {
        t.forward(Pooling.averageOfImage(t.x(), t.y()));
        t.backwardToInput(() -> Pooling.averageOfImageGradient(t.x(), t.dy(), t.dx()));
    }
}
