package cairn.nn.layer;

import cairn.nn.Buffer;
import cairn.nn.Edge;
import cairn.nn.Layer;
import cairn.nn.Parameter;
import cairn.nn.Wiring;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One layer after the other. Layer {@code i} of kind {@code dense} is named {@code i.dense}. */
public record Sequential(List<Layer> layers) implements Layer {

    public Sequential {
        layers = List.copyOf(layers);
    }

    public static Sequential of(Layer... layers) {
        return new Sequential(Arrays.asList(layers));
    }

    @Override
    public List<Parameter> parameters(long[] in) {
        List<Parameter> all = new ArrayList<>();
        forEach(in, (name, layer, shape) -> layer.parameters(shape).forEach(p -> all.add(p.under(name))));
        return all;
    }

    @Override
    public List<Buffer> buffers(long[] in) {
        List<Buffer> all = new ArrayList<>();
        forEach(in, (name, layer, shape) -> layer.buffers(shape).forEach(b -> all.add(b.under(name))));
        return all;
    }

    @Override
    public long[] outputShape(long[] in) {
        return forEach(in, (name, layer, shape) -> { });
    }

    @Override
    public void checkTraining(long[] in, long rows) {
        forEach(in, (name, layer, shape) -> layer.checkTraining(shape, rows));
    }

    @Override
    public void wire(Wiring t) {
        Edge edge = t.input();
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            Optional<Wiring.Together> together = i + 1 < layers.size() ? Neighbours.of(layer, layers.get(i + 1), edge) : Optional.empty();
            if (together.isPresent()) {
                edge = t.together(name(i), layer, name(i + 1), layers.get(i + 1), edge, together.get());
                i++;
            } else {
                edge = t.layer(name(i), layer, edge);
            }
        }
        t.output(edge);
    }

    private interface Visitor {
        void visit(String name, Layer layer, long[] in);
    }

    /** Visits each layer with its input shape and returns the last output shape. */
    private long[] forEach(long[] input, Visitor visitor) {
        long[] shape = input;
        for (int i = 0; i < layers.size(); i++) {
            long[] in = shape;
            try {
                shape = layers.get(i).outputShape(in);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name(i) + ": " + e.getMessage(), e);
            }
            visitor.visit(name(i), layers.get(i), in);
        }
        return shape;
    }

    private String name(int i) {
        return i + "." + layers.get(i).kind();
    }
}
