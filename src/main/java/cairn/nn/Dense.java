package cairn.nn;

import static cairn.tensor.Products.product;
import static cairn.tensor.Products.transposed;
import static cairn.tensor.Rows.addToRows;
import static cairn.tensor.Rows.sumOfRows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** y = x·W + b.   x [batch, in], W [in, units], b [units], y [batch, units]. */
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
        List<Parameter> parameters = new ArrayList<>(List.of(Parameter.weight("weight", init, in[0], units)));
        if (bias) {
            parameters.add(Parameter.offset("bias", 0, units));
        }
        return parameters;
    }

    @Override
    public long[] outputShape(long[] in) {
        if (in.length != 1) {
            throw new IllegalArgumentException("dense takes rows of one dimension, not " + Arrays.toString(in)
                    + "; put a flatten before it");
        }
        return new long[] {units};
    }

    @Override
    public void wire(Wiring t) {
        t.forward(product(t.x(), t.w("weight"), t.y()));
        t.backward(() -> product(transposed(t.x()), t.dy(), t.dw("weight")));
        if (bias) {
            t.forward(addToRows(t.y(), t.w("bias")));
            t.backward(() -> sumOfRows(t.dy(), t.dw("bias")));
        }
        t.backwardToInput(() -> product(t.dy(), transposed(t.w("weight")), t.dx()));
    }
}
