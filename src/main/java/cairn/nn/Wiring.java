package cairn.nn;

import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a layer is given to list its operations with: the arrays of its input, output, weights and their gradients, and two
 * lists. Operations of the forward pass run in the order in which they are listed; those of the backward pass run layer by
 * layer in the reverse order of the layers, and within a layer in the order in which they are listed.
 */
public final class Wiring {

    /** Prepares an operation when it is known to be needed; the arrays that it names are made then. */
    @FunctionalInterface
    public interface Prepared {
        Operation prepare();
    }

    private final Graph circuit;
    private final String path;
    private final Layer layer;
    private final Edge input;
    private final long[] outputRow;
    private final boolean trained;
    private final boolean frozen;
    private final Map<String, Array> standIns = new HashMap<>();
    private final List<Prepared> backward = new ArrayList<>();
    private Edge output;

    Wiring(Graph circuit, String path, Layer layer, Edge input) {
        this.circuit = circuit;
        this.path = path;
        this.layer = layer;
        this.input = input;
        this.outputRow = layer.outputShape(input.row());
        this.trained = layer.parameters(input.row()).stream().anyMatch(p -> !circuit.isFrozen(under(p.name())));
        this.frozen = circuit.training() && circuit.isFrozen(path);
        circuit.add(this);
        if (frozen) {
            // Whatever the layer does to its buffers, it does to copies, which are made anew for each forward pass.
            layer.buffers(input.row()).forEach(b -> {
                Array copy = scratch(b.shape());
                standIns.put(b.name(), copy);
                circuit.forward(Elementwise.copy(circuit.buffer(under(b.name())), copy));
            });
        }
    }

    // --- what the layer works on

    /** Whether this is the wiring of training steps; otherwise it is one of evaluation, which has no backward pass. */
    public boolean training() {
        return circuit.training();
    }

    /** Rows in a batch. */
    public long batch() {
        return circuit.batch();
    }

    public ElementType type() {
        return circuit.type();
    }

    /** The layer's path, the right name for its {@linkplain cairn.tensor.op.DropoutMask chance}. */
    public String path() {
        return path;
    }

    /** The input [batch, ...]. */
    public Array x() {
        return input.value();
    }

    /** The output [batch, ...]. */
    public Array y() {
        return out().value();
    }

    /** The gradient with respect to the output, given. */
    public Array dy() {
        return out().gradient();
    }

    /** The gradient with respect to the input, to be written by {@link #backwardToInput}. */
    public Array dx() {
        return input.gradient();
    }

    /** The parameter {@code name}. */
    public Array w(String name) {
        return circuit.weight(under(name));
    }

    /** The gradient of the parameter {@code name}, to be written by {@link #backward}; of a frozen layer, room that nobody reads. */
    public Array dw(String name) {
        return frozen ? standIns.computeIfAbsent(name, n -> scratch(w(n).shape())) : circuit.weightGradient(under(name));
    }

    /** The buffer {@code name}; of a frozen layer that is being trained through, a copy that changes nothing. */
    public Array buffer(String name) {
        return frozen ? standIns.get(name) : circuit.buffer(under(name));
    }

    /** Room for intermediate results of this layer, whole shape. It keeps its content from the forward to the backward pass. */
    public Array scratch(long... shape) {
        return Array.zeros(type(), shape);
    }

    /**
     * Whether this is a training step in which this layer stays as it is: its parameters and buffers do not change. A layer that
     * treats a batch of training differently because it learns from it (batch normalization) should then do as in an evaluation.
     */
    public boolean frozen() {
        return frozen;
    }

    /** Whether somebody needs dx: this is a training step, and something before this layer is trained. */
    public boolean needsDx() {
        return training() && input.needsGradient();
    }

    // --- what the layer lists

    /** Adds to the forward pass. */
    public void forward(Operation... operations) {
        circuit.forward(operations);
    }

    /**
     * Adds to the backward pass what the gradients of the parameters need, and what {@link #backwardToInput} may build on. In a
     * frozen layer it is left out where nobody needs dx either.
     */
    public void backward(Prepared... operations) {
        if (training() && (!frozen || needsDx())) {
            backward.addAll(List.of(operations));
        }
    }

    /** Adds to the backward pass what only the gradients of the parameters need; left out in a frozen layer. */
    public void backwardToWeights(Prepared... operations) {
        if (training() && !frozen) {
            backward.addAll(List.of(operations));
        }
    }

    /** Adds to the backward pass what only dx needs; left out where nobody needs it. */
    public void backwardToInput(Prepared... operations) {
        if (needsDx()) {
            backward.addAll(List.of(operations));
        }
    }

    /** Declares that the output is the input's own numbers, under the output's shape: nothing is copied, nothing to do. */
    public void passThrough() {
        output = input.reshaped(outputRow);
    }

    // --- for layers made of layers

    public Edge input() {
        return input;
    }

    /** The input once more: the same value, with a gradient of its own. The container adds the forks' gradients into dx. */
    public Edge fork() {
        return input.forked();
    }

    /** Wires {@code layer} under {@code name} below this one, fed by {@code from}; returns what it gives. */
    public Edge layer(String name, Layer layer, Edge from) {
        Wiring t = new Wiring(circuit, under(name), layer, from);
        layer.wire(t);
        return t.out();
    }

    /** Declares that {@code flow} is this layer's output. */
    public void output(Edge flow) {
        output = flow;
    }

    /** Declares that the gradient of {@code flow}, which ends in a sum, is the gradient of this layer's output. */
    public void gradientIsOutputs(Edge flow) {
        flow.shareGradientOf(out());
    }

    // --- for the circuit

    Edge out() {
        if (output == null) {
            output = Edge.fresh(type(), batch(), outputRow, training() && (trained || input.needsGradient()));
        }
        return output;
    }

    Activation activation() {
        return new Activation(path, layer, y());
    }

    List<Prepared> backward() {
        return backward;
    }

    private String under(String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }
}
