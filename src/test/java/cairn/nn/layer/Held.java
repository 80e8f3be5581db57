package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.copy;

import cairn.nn.Layer;
import cairn.nn.Parameter;
import cairn.nn.Wiring;
import cairn.nn.init.Zeros;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A layer whose output is its parameter {@code x} [batch, ...], independent of its input. Before a layer under test, it makes that layer's
 * input trainable, so that dx is the gradient of a parameter.
 */
public record Held(int batch) implements Layer {
    @Override
    public List<Parameter> parameters(long[] in) {
        long[] shape = LongStream.concat(LongStream.of(batch), LongStream.of(in)).toArray();
        return List.of(Parameter.weight("x", new Zeros(), shape));
    }

    @Override
    public long[] outputShape(long[] in) {
        return in;
    }

    @Override
    public void wire(Wiring t) {
        t.forward(copy(t.w("x"), t.y()));
        t.backward(() -> copy(t.dy(), t.dw("x")));
    }
}
