package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.add;

import cairn.nn.Buffer;
import cairn.nn.Edge;
import cairn.nn.Layer;
import cairn.nn.Parameter;
import cairn.nn.Wiring;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * y = body(x) + projection(x) (He, Zhang, Ren and Sun, "Deep residual learning", CVPR 2016). Names of parameters begin with
 * {@code body/} and {@code projection/}.
 *
 * @param projection needed if the body changes the shape, usually a convolution with kernel 1; empty for the identity
 */
public record Residual(List<Layer> body, List<Layer> projection) implements Layer {

    public Residual {
        body = List.copyOf(body);
        projection = List.copyOf(projection);
        if (body.isEmpty()) {
            throw new IllegalArgumentException("body: expected at least one layer, found none");
        }
    }

    /** With the identity as the projection. */
    public static Residual of(Layer... body) {
        return new Residual(Arrays.asList(body), List.of());
    }

    @Override
    public List<Parameter> parameters(long[] in) {
        List<Parameter> all = new ArrayList<>();
        new Sequential(body).parameters(in).forEach(p -> all.add(p.under("body")));
        new Sequential(projection).parameters(in).forEach(p -> all.add(p.under("projection")));
        return all;
    }

    @Override
    public List<Buffer> buffers(long[] in) {
        List<Buffer> all = new ArrayList<>();
        new Sequential(body).buffers(in).forEach(b -> all.add(b.under("body")));
        new Sequential(projection).buffers(in).forEach(b -> all.add(b.under("projection")));
        return all;
    }

    @Override
    public long[] outputShape(long[] in) {
        long[] out = new Sequential(body).outputShape(in);
        long[] beside = new Sequential(projection).outputShape(in);
        if (!Arrays.equals(out, beside)) {
            throw new IllegalArgumentException("residual: from rows of shape " + Arrays.toString(in) + " the body makes "
                    + Arrays.toString(out) + " and " + (projection.isEmpty()
                            ? "there is no projection; add one that makes that shape too, such as "
                                    + (out.length == 3 ? "conv2d: {filters: " + out[2] + ", kernel: 1, ...}" : "dense")
                            : "the projection " + Arrays.toString(beside) + "; both must make one shape"));
        }
        return out;
    }

    @Override
    public void checkTraining(long[] in, long rows) {
        new Sequential(body).checkTraining(in, rows);
        new Sequential(projection).checkTraining(in, rows);
    }

    @Override
    public void wire(Wiring t) {
        Edge one = t.fork();
        Edge other = t.fork();
        Edge through = t.layer("body", new Sequential(body), one);
        Edge beside = t.layer("projection", new Sequential(projection), other);
        t.forward(add(through.value(), beside.value(), t.y()));
        t.shareOutputGradient(through);
        t.shareOutputGradient(beside);
        t.backwardToInput(() -> add(one.gradient(), other.gradient(), t.dx()));
    }
}
