package cairn.nn.layer;

import cairn.nn.Layer;
import cairn.nn.Network;
import cairn.nn.Program;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import cairn.tensor.op.Samples;
import java.util.Arrays;

/**
 * A layer under test: wired after a {@link Held} input and before a {@link WeightedSum}, so that x, dy and all gradients can be set and
 * read.
 */
public final class Bench {
    public static final Key KEY = Key.of(7).fold("step");
    private static final String INPUT = "0.held/x";

    final Network network;
    final ParameterVector gradient;
    final Program training;
    private final Layer layer;
    private final int batch;

    Bench(Layer layer, long[] in, int batch, ElementType type) {
        this.layer = layer;
        this.batch = batch;
        network = new Network(Sequential.of(new Held(batch), layer), in, type, Key.of(99));
        gradient = new ParameterVector(network.parameters().layout(), type);
        training = network.training(batch, new WeightedSum(), gradient);
        for (Layout.Place p : network.parameters().layout().places()) {
            // Not the initial weights: a bias of 0 or a gain of 1 would hide a missing one.
            network.parameters().view(p.name()).set(Samples.numbers(p.size(), p.name()));
        }
        training.target().set(Samples.numbers(training.target().size(), "dy"));
    }

    Array x() {
        return network.parameters().view(INPUT);
    }

    Array dx() {
        return gradient.view(INPUT);
    }

    /** The layer's parameter, by its name within the layer. */
    Array w(String name) {
        return network.parameters().view("1." + layer.kind() + "/" + name);
    }

    Array dw(String name) {
        return gradient.view("1." + layer.kind() + "/" + name);
    }

    Array buffer(String name) {
        return network.buffers().view("1." + layer.kind() + "/" + name);
    }

    Array dy() {
        return training.target();
    }

    double[] forward() {
        training.forward(KEY);
        return training.output().toDoubles();
    }

    /** All gradients for the present dy after the last forward pass, that of x first. */
    double[] backward() {
        training.backward(KEY, 1);
        return gradient.flat().toDoubles();
    }

    Program evaluation() {
        return network.evaluation(batch, new WeightedSum(), network.parameters());
    }

    /** Σ y·dy. */
    double value() {
        double[] y = forward();
        double[] dy = dy().toDoubles();
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += y[i] * dy[i];
        }
        return sum;
    }

    /** The gradient of {@link #value} for every parameter and for x, by a difference quotient of fourth order. */
    double[] differences() {
        double h = 1e-4;
        Array flat = network.parameters().flat();
        double[] at = flat.toDoubles();
        double[] quotients = new double[at.length];
        Arrays.setAll(quotients, i -> {
            double sum = 0;
            double[][] points = {{-2, 1}, {-1, -8}, {1, 8}, {2, -1}};
            for (double[] p : points) {
                double[] moved = at.clone();
                moved[i] += p[0] * h;
                flat.set(moved);
                sum += p[1] * value();
            }
            return sum / (12 * h);
        });
        flat.set(at);
        return quotients;
    }
}
