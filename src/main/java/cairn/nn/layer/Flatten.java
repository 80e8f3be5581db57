package cairn.nn.layer;

import cairn.nn.Layer;
import cairn.nn.Wiring;
import java.util.stream.LongStream;

/** y = x with rows of one dimension. */
public record Flatten() implements Layer {

    @Override
    public long[] outputShape(long[] in) {
        return new long[] {LongStream.of(in).reduce(1, Math::multiplyExact)};
    }

    @Override
    public void wire(Wiring t) {
        t.passThrough();
    }
}
