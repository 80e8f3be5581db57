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
 * The arrays of a layer (input, output, weights and their gradients) and the two lists to which it adds its operations. Operations of the
 * forward pass run in the order of the list. Those of the backward pass run layer by layer in the reverse order of the layers, and within a
 * layer in the order of the list.
 */
public final class Wiring {

    /** Prepares an operation when it is known to be needed; only then are the arrays made that it uses. */
    @FunctionalInterface
    public interface Prepared {
        Operation prepare();
    }

    private final Graph graph;
    private final String path;
    private final Layer layer;
    private final Edge input;
    private final long[] outputRow;
    private final boolean trained;
    private final boolean frozen;
    private final Map<String, Array> copies = new HashMap<>();
    private final List<Prepared> backward = new ArrayList<>();
    private final WiringCheck check;
    private Edge output;

    Wiring(Graph graph, String path, Layer layer, Edge input) {
        this.graph = graph;
        this.path = path;
        this.layer = layer;
        this.input = input;
        this.outputRow = layer.outputShape(input.row());
        this.trained = layer.parameters(input.row()).stream().anyMatch(p -> !graph.isFrozen(under(p.name())));
        this.frozen = graph.training() && graph.isFrozen(path);
        this.check = new WiringCheck(path, layer);
        graph.add(this);
        if (frozen) {
            // The layer changes copies of its buffers, which are refreshed before each forward pass.
            layer.buffers(input.row()).forEach(b -> {
                Array copy = scratch(b.shape());
                copies.put(b.name(), copy);
                graph.forward(Elementwise.copy(graph.buffer(under(b.name())), copy));
            });
        }
    }

    // --- what the layer works on

    /** Whether this is the wiring of a training; an evaluation has no backward pass. */
    public boolean training() {
        return graph.training();
    }

    /** Rows in a batch. */
    public long batch() {
        return graph.batch();
    }

    public ElementType type() {
        return graph.type();
    }

    /** The layer's path, which also names its {@linkplain cairn.tensor.op.DropoutMask random mask}. */
    public String path() {
        return path;
    }

    /** The input [batch, ...]. */
    public Array x() {
        return input.value();
    }

    /** The output [batch, ...]. */
    public Array y() {
        check.asksForY();
        return out().value();
    }

    /** The gradient with respect to the output, given. */
    public Array dy() {
        return out().gradient();
    }

    /** The gradient with respect to the input, to be written by {@link #backwardToInput}. */
    public Array dx() {
        check.asksForDx();
        return input.gradient();
    }

    /** The parameter {@code name}. */
    public Array w(String name) {
        return graph.weight(under(name));
    }

    /** The gradient of the parameter {@code name}, to be written by {@link #backward}; of a frozen layer, an array that is not read. */
    public Array dw(String name) {
        graph.asksForGradient(under(name));
        return frozen ? copies.computeIfAbsent(name, n -> scratch(w(n).shape())) : graph.weightGradient(under(name));
    }

    /** The buffer {@code name}; of a frozen layer in a training, a copy, so that the buffer itself does not change. */
    public Array buffer(String name) {
        return frozen ? copies.get(name) : graph.buffer(under(name));
    }

    /** An array of this whole shape for intermediate results, which keeps its content from the forward to the backward pass. */
    public Array scratch(long... shape) {
        return Array.zeros(type(), shape);
    }

    /**
     * Whether this layer is frozen in a training: its parameters and buffers do not change. A layer that uses a training batch differently
     * because it learns from it (batch normalization) should then compute as in an evaluation.
     */
    public boolean frozen() {
        return frozen;
    }

    /** Whether dx is needed: this is a training, and a layer before this one is trained. */
    public boolean needsDx() {
        return training() && input.needsGradient();
    }

    // --- what the layer lists

    /** Adds to the forward pass. */
    public void forward(Operation... operations) {
        check.lists(operations.length);
        graph.forward(operations);
    }

    /**
     * Adds operations for the gradients of the parameters whose results {@link #backwardToInput} may use too. In a frozen layer they are
     * left out if dx is not needed either.
     */
    public void backward(Prepared... operations) {
        if (training() && (!frozen || needsDx())) {
            backward.addAll(List.of(operations));
        }
    }

    /** Adds operations that only the gradients of the parameters need; left out in a frozen layer. */
    public void backwardToWeights(Prepared... operations) {
        if (training() && !frozen) {
            backward.addAll(List.of(operations));
        }
    }

    /** Adds operations that only dx needs; left out if dx is not needed. */
    public void backwardToInput(Prepared... operations) {
        if (needsDx()) {
            backward.addAll(List.of(operations));
        }
    }

    /** Declares that the output is the input with another shape: nothing is copied or computed. */
    public void passThrough() {
        check.handsInputOn();
        output(input.reshaped(outputRow));
    }

    // --- for layers made of layers

    public Edge input() {
        return input;
    }

    /** The input with a gradient of its own, for one of several readers. The container adds the gradients of all forks into dx. */
    public Edge fork() {
        return input.forked();
    }

    /** Wires {@code layer} as {@code name} within this one, with the input {@code from}; returns its output. */
    public Edge layer(String name, Layer layer, Edge from) {
        if (from == input) {
            check.handsInputOn();
        }
        return new Wiring(graph, under(name), layer, from).wired();
    }

    /** Declares that {@code edge} is this layer's output. */
    public void output(Edge edge) {
        check.declaresOutput();
        if (edge == input) {
            check.handsInputOn();
        }
        output = edge;
    }

    /** Declares that the gradient of {@code edge}, a term of the sum that is the output, equals the gradient of this layer's output. */
    public void shareOutputGradient(Edge edge) {
        edge.shareGradientOf(out());
    }

    // --- for the graph

    /**
     * Wires the layer and returns its output.
     *
     * @throws IllegalArgumentException if the layer leaves out what the layers after it need
     */
    Edge wired() {
        layer.wire(this);
        check.requireOutput(output == null ? outputRow : output.row(), outputRow);
        return out();
    }

    /**
     * The operations of the backward pass, prepared.
     *
     * @throws IllegalArgumentException if a gradient that others need would not be written
     */
    List<Operation> backward() {
        List<Operation> operations = backward.stream().map(Prepared::prepare).toList();
        if (needsDx()) {
            check.requireDx(!operations.isEmpty());
        }
        for (Parameter p : layer.parameters(input.row())) {
            if (!graph.isFrozen(under(p.name()))) {
                check.requireDw(p.name(), graph.hasGradient(under(p.name())));
            }
        }
        return operations;
    }

    Edge out() {
        if (output == null) {
            output = Edge.fresh(type(), batch(), outputRow, training() && (trained || input.needsGradient()));
        }
        return output;
    }

    Activation activation() {
        return new Activation(path, layer, y());
    }

    private String under(String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }
}
