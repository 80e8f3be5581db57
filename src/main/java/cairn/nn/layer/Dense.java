package cairn.nn.layer;

import static cairn.tensor.op.Products.product;
import static cairn.tensor.op.Rows.addPerColumn;
import static cairn.tensor.op.Rows.sumOverRows;

import cairn.nn.Layer;
import cairn.nn.Parameter;
import cairn.nn.Wiring;
import cairn.nn.init.He;
import cairn.nn.init.Initializer;
import cairn.tensor.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * y = x·W + b.   x [batch, in], W [in, units], b [units], y [batch, units]. Rows of more dimensions, such as images, are taken as vectors
 * of their numbers.
 */
public record Dense(int units, boolean bias, Initializer init) implements Layer {

    public Dense {
        if (units < 1) {
            throw new IllegalArgumentException("units: expected 1 or more, found " + units);
        }
    }

    /** With a bias that starts at 0 and weights by {@link He}. */
    public static Dense of(int units) {
        return new Dense(units, true, new He());
    }

    @Override
    public List<Parameter> parameters(long[] in) {
        List<Parameter> parameters = new ArrayList<>(List.of(Parameter.weight("weight", init, inputs(in), units)));
        if (bias) {
            parameters.add(Parameter.offset("bias", 0, units));
        }
        return parameters;
    }

    @Override
    public long[] outputShape(long[] in) {
        return new long[] {units};
    }

    @Override
    public void wire(Wiring t) {
        Array x = asMatrix(t, t.x());
        t.forward(product(x, t.w("weight"), t.y()));
        t.backwardToWeights(() -> product(x.transposed(), t.dy(), t.dw("weight")));
        if (bias) {
            t.forward(addPerColumn(t.y(), t.w("bias")));
            t.backwardToWeights(() -> sumOverRows(t.dy(), t.dw("bias")));
        }
        t.backwardToInput(() -> product(t.dy(), t.w("weight").transposed(), asMatrix(t, t.dx())));
    }

    private static Array asMatrix(Wiring t, Array rows) {
        return rows.rank() == 2 ? rows : rows.reshape(t.batch(), rows.size() / t.batch());
    }

    private static long inputs(long[] in) {
        return LongStream.of(in).reduce(1, Math::multiplyExact);
    }
}
