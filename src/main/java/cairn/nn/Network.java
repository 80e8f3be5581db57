package cairn.nn;

import static cairn.state.Ephemeral.Kind.FIXED;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import java.util.List;

/**
 * A model with its numbers: the parameters and buffers of a description for one input shape, and its wirings. All wirings use the same
 * parameters.
 */
public final class Network implements Snapshottable {
    private final Layer model;
    @Ephemeral(value = "a shape", kind = FIXED)
    private final long[] inputShape;
    private final ElementType type;
    private final ParameterVector parameters;
    private final ParameterVector buffers;
    private final Frozen frozen;
    private final ParameterVector trained;

    /** The network with its initial weights; every layer is trained. */
    public Network(Layer model, long[] inputShape, ElementType type, Key key) {
        this(model, inputShape, type, key, Frozen.NOTHING);
    }

    /**
     * The network with its initial weights, each drawn from the key of its own path.
     *
     * @throws IllegalArgumentException if a layer cannot take the output of the one before it; nothing is allocated then
     */
    public Network(Layer model, long[] inputShape, ElementType type, Key key, Frozen frozen) {
        this.model = model;
        this.inputShape = inputShape.clone();
        this.type = type;
        this.frozen = frozen;
        model.outputShape(inputShape);
        // Trained parameters come first, so that a rule works on one piece of memory without the others.
        List<Parameter> all = model.parameters(inputShape);
        Layout.Builder layout = Layout.builder();
        all.stream().filter(p -> !frozen.has(p.name())).forEach(p -> layout.add(p.name(), p.shape(), p.decays()));
        Layout first = layout.build();
        all.stream().filter(p -> frozen.has(p.name())).forEach(p -> layout.add(p.name(), p.shape(), p.decays()));
        parameters = new ParameterVector(layout.build(), type);
        trained = frozen.isNothing() ? parameters : parameters.leading(first);
        model.parameters(inputShape).forEach(p ->
                parameters.view(p.name()).set(p.initializer().at(p.shape(), key.fold(p.name()))));
        Layout.Builder bufferLayout = Layout.builder();
        model.buffers(inputShape).forEach(b -> bufferLayout.add(b.name(), b.shape(), false));
        buffers = new ParameterVector(bufferLayout.build(), type);
        model.buffers(inputShape).forEach(b -> buffers.view(b.name()).fill(b.initial()));
    }

    /** All parameters, the frozen ones last. */
    public ParameterVector parameters() {
        return parameters;
    }

    /** The trained parameters: all, or the first ones of {@link #parameters()}, in the same memory. Gradients have this layout. */
    public ParameterVector trained() {
        return trained;
    }

    /** The tensors that are state but are not trained. */
    public ParameterVector buffers() {
        return buffers;
    }

    /** The shape of one row of output. */
    public long[] outputShape() {
        return model.outputShape(inputShape);
    }

    /** Operations of a training step over {@code batch} rows; the gradient goes into {@code gradient}. */
    public Program training(int batch, Loss loss, ParameterVector gradient) {
        return new Program(model, inputShape, loss, new Graph(type, batch, parameters, buffers, gradient, frozen));
    }

    /** Operations of an evaluation of {@code batch} rows with {@code weights}: the parameters, or an average of them. */
    public Program evaluation(int batch, Loss loss, ParameterVector weights) {
        return new Program(model, inputShape, loss, new Graph(type, batch, weights, buffers, null, Frozen.NOTHING));
    }

    @Override
    public void slots(Slots s) {
        parameters.slots(s);
        buffers.slots(s);
    }
}
