package cairn.nn;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

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
    private ToLookAt toLookAt;

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

    /** Lists the operations of two layers together. */
    @FunctionalInterface
    public interface Together {
        /**
         * The forward pass must write {@code second.y()} and the backward pass {@code first.dx()}, both without the value between the layers
         * and its gradient; {@code first} {@linkplain #whenLookedAt tells} how to compute that value for those who look at it.
         */
        void wire(Wiring first, Wiring second);
    }

    /**
     * Wires two neighbours as one operation, so that the value between them, which none but the second one reads, takes no pass over memory
     * and no memory. Names and numbers are those of the two layers wired one after the other. Returns the output of {@code second}.
     *
     * @param firstName the name of {@code first} within this layer; its input is {@code from}
     */
    public Edge together(String firstName, Layer first, String secondName, Layer second, Edge from, Together wiring) {
        if (from == input) {
            check.handsInputOn();
        }
        Wiring one = new Wiring(graph, under(firstName), first, from);
        Wiring other = new Wiring(graph, under(secondName), second, one.out());
        one.check.declaresOutput();
        other.check.handsInputOn();
        wiring.wire(one, other);
        if (one.toLookAt == null) {
            throw new IllegalStateException("the value between " + one.path + " and " + other.path + " cannot be looked at");
        }
        other.check.requireOutput(other.outputRow, other.outputRow);
        return other.out();
    }

    /** Writes the output of a layer that is wired {@linkplain #together} with the next one. */
    @FunctionalInterface
    public interface ToLookAt {
        /** An operation that computes the output after a forward pass, into {@code y}. */
        Operation prepare(Array y);
    }

    /** In a layer that is wired together with the next one: how to compute its output if somebody looks at it. */
    public void whenLookedAt(ToLookAt operation) {
        toLookAt = operation;
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
        if (toLookAt != null) {
            return new Activation(path, layer, new Look(out(), toLookAt));
        }
        Array y = y();
        return new Activation(path, layer, () -> y);
    }

    /** Computes an output when somebody looks at it; the array is made at the first look. */
    private static final class Look implements Supplier<Array> {
        private final Edge output;
        private final ToLookAt toLookAt;
        @Ephemeral(value = "prepared at the first look", kind = WIRING)
        private Operation operation;

        Look(Edge output, ToLookAt toLookAt) {
            this.output = output;
            this.toLookAt = toLookAt;
        }

        @Override
        public Array get() {
            if (operation == null) {
                operation = toLookAt.prepare(output.value());
            }
            operation.run();
            return output.value();
        }
    }

    private String under(String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }
}
