package cairn.interop.torch;

import cairn.interop.file.RuleState;
import cairn.nn.Layer;
import cairn.nn.Network;
import cairn.nn.Program;
import cairn.nn.loss.MeanSquaredError;
import cairn.optim.Optimizer;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.state.Value;
import cairn.tensor.Array;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** A network and a rule that trains it on batches that it is given. */
final class Trained implements Optimizer.Vectors {
    private static final Key KEY = Key.of(3);

    private final ElementType type;
    private final Layer model;
    private final long[] row;
    private final Network network;
    private final ParameterVector gradient;
    private final Map<String, ParameterVector> slots = new LinkedHashMap<>();
    private final Array scratch;
    private final Optimizer rule;
    private final Optimizer.Update update;

    Trained(Layer model, long[] row, ElementType type, Optimizer rule) {
        this.model = model;
        this.row = row;
        this.type = type;
        this.rule = rule;
        this.network = new Network(model, row, type, KEY);
        this.gradient = new ParameterVector(layout(), type);
        rule.slots().forEach(name -> slots.put(name, new ParameterVector(layout(), type)));
        this.scratch = Array.zeros(type, layout().size());
        this.update = rule.wire(this);
    }

    private Layout layout() {
        return network.parameters().layout();
    }

    void setWeights(Map<String, Value.Tensor> weights) {
        weights.forEach((path, tensor) -> weight(path).set(TorchSamples.numbers(tensor)));
    }

    void setSlot(String slot, String path, Value.Tensor vector) {
        slots.get(slot).view(path).set(TorchSamples.numbers(vector));
    }

    private Array weight(String path) {
        boolean isParameter = layout().places().stream().anyMatch(p -> p.name().equals(path));
        return (isParameter ? network.parameters() : network.buffers()).view(path);
    }

    /** Update number {@code t}, for the mean over all numbers of the squared error. */
    void step(long t, double[] x, double[] y) {
        int rows = x.length / (int) LongStream.of(row).reduce(1, (a, b) -> a * b);
        Program program = network.training(rows, new MeanSquaredError(), gradient);
        program.x().set(x);
        program.target().set(y);
        program.forward(KEY.fold(t));
        program.backward(KEY.fold(t), 1.0 / rows);
        update.apply(rule.learningRate(), t);
    }

    double[] outputs(double[] x) {
        return TorchSamples.outputs(model, row, type, weights(), x);
    }

    /** Parameters and buffers, by their paths. */
    Map<String, Value.Tensor> weights() {
        Map<String, Value.Tensor> weights = new LinkedHashMap<>();
        model.parameters(row).forEach(p -> weights.put(p.name(), tensor(network.parameters().view(p.name()))));
        model.buffers(row).forEach(b -> weights.put(b.name(), tensor(network.buffers().view(b.name()))));
        return weights;
    }

    RuleState state(String name, Map<String, Double> settings, long updates) {
        Map<String, Map<String, Value.Tensor>> vectors = new LinkedHashMap<>();
        Map<String, Long> counts = new LinkedHashMap<>();
        layout().places().forEach(p -> counts.put(p.name(), updates));
        slots.forEach((slot, vector) -> {
            Map<String, Value.Tensor> ofSlot = new LinkedHashMap<>();
            layout().places().forEach(p -> ofSlot.put(p.name(), tensor(vector.view(p.name()))));
            vectors.put(slot, ofSlot);
        });
        return new RuleState(name, settings, vectors, counts);
    }

    static Value.Tensor tensor(Array array) {
        ByteBuffer bytes = ByteBuffer.allocate((int) array.size() * array.type().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (double number : array.toDoubles()) {
            if (array.type() == ElementType.F64) {
                bytes.putDouble(number);
            } else {
                bytes.putFloat((float) number);
            }
        }
        return new Value.Tensor(array.type(), array.shape(), bytes.flip());
    }

    @Override
    public Array theta() {
        return network.parameters().flat();
    }

    @Override
    public Array grad() {
        return gradient.flat();
    }

    @Override
    public Array slot(String name) {
        return slots.get(name).flat();
    }

    @Override
    public Array scratch() {
        return scratch;
    }

    @Override
    public List<Optimizer.Decaying> decaying() {
        return layout().places().stream().filter(Layout.Place::decays)
                .map(p -> new Optimizer.Decaying(network.parameters().view(p.name()), gradient.view(p.name()))).toList();
    }
}
