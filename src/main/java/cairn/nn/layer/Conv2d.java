package cairn.nn.layer;

import static cairn.tensor.op.Convolutions.convolve;
import static cairn.tensor.op.Convolutions.gradients;
import static cairn.tensor.op.Convolutions.weightGradient;
import static cairn.tensor.op.Rows.sumOverRows;

import cairn.nn.Layer;
import cairn.nn.Parameter;
import cairn.nn.Wiring;
import cairn.nn.init.He;
import cairn.nn.init.Initializer;
import cairn.tensor.op.Convolutions.Geometry;
import java.util.ArrayList;
import java.util.List;

/**
 * y[n,i,j,f] = b[f] + Σ_pqc x[n, i·stride + p·dilation, j·stride + q·dilation, c] · W[p,q,c,f].
 * x [batch, height, width, channels], W [kernel, kernel, channels, filters], b [filters].
 */
public record Conv2d(int filters, int kernel, int stride, Padding padding, int dilation, boolean bias, Initializer init)
        implements Layer {

    public Conv2d {
        Image.requirePositive("filters", filters);
        Image.requirePositive("kernel", kernel);
        Image.requirePositive("stride", stride);
        Image.requirePositive("dilation", dilation);
    }

    /** Stride 1, padding same, no dilation, with a bias that starts at 0, weights by {@link He}. */
    public static Conv2d of(int filters, int kernel) {
        return new Conv2d(filters, kernel, 1, Padding.SAME, 1, true, new He());
    }

    @Override
    public List<Parameter> parameters(long[] in) {
        List<Parameter> parameters = new ArrayList<>(List.of(Parameter.weight("weight", init, kernel, kernel, in[2], filters)));
        if (bias) {
            parameters.add(Parameter.offset("bias", 0, filters));
        }
        return parameters;
    }

    @Override
    public long[] outputShape(long[] in) {
        return Image.output(kind(), "kernel", in, kernel, geometry(), filters);
    }

    @Override
    public void wire(Wiring t) {
        Geometry g = geometry();
        if (bias) {
            t.forward(convolve(g, t.x(), t.w("weight"), t.w("bias"), t.y()));
            t.backwardToWeights(() -> sumOverRows(t.dy(), t.dw("bias")));
        } else {
            t.forward(convolve(g, t.x(), t.w("weight"), t.y()));
        }
        if (t.needsDx()) {
            t.backward(() -> gradients(g, t.x(), t.w("weight"), t.dy(), t.dx(), t.dw("weight")));
        } else {
            t.backwardToWeights(() -> weightGradient(g, t.x(), t.w("weight"), t.dy(), t.dw("weight")));
        }
    }

    private Geometry geometry() {
        return new Geometry(stride, dilation, padding == Padding.SAME);
    }
}
