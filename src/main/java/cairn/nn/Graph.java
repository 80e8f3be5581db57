package cairn.nn;

import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.ParameterVector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects the operations of one wiring: forward in order, backward by layer in reverse. */
final class Graph {
    private final ElementType type;
    private final long batch;
    private final ParameterVector weights;
    private final ParameterVector buffers;
    private final ParameterVector gradient;
    private final Frozen frozen;
    private final List<Operation> forward = new ArrayList<>();
    private final List<Wiring> layers = new ArrayList<>();
    private final Set<String> gradients = new HashSet<>();

    /** {@code gradient} is null in the graph of an evaluation. */
    Graph(ElementType type, long batch, ParameterVector weights, ParameterVector buffers, ParameterVector gradient, Frozen frozen) {
        this.frozen = frozen;
        this.type = type;
        this.batch = batch;
        this.weights = weights;
        this.buffers = buffers;
        this.gradient = gradient;
    }

    boolean training() {
        return gradient != null;
    }

    boolean isFrozen(String path) {
        return frozen.has(path);
    }

    long batch() {
        return batch;
    }

    ElementType type() {
        return type;
    }

    Array weight(String name) {
        return weights.view(name);
    }

    Array weightGradient(String name) {
        return gradient.view(name);
    }

    /** Notes that a layer asks for the gradient of this parameter, to write it. */
    void asksForGradient(String name) {
        gradients.add(name);
    }

    boolean hasGradient(String name) {
        return gradients.contains(name);
    }

    Array buffer(String name) {
        return buffers.view(name);
    }

    void add(Wiring layer) {
        layers.add(layer);
    }

    void forward(Operation... operations) {
        Collections.addAll(forward, operations);
    }

    Operation forward() {
        return Operation.sequence(forward);
    }

    /** The output of each layer; a container comes before the layers in it. */
    List<Activation> activations() {
        return layers.stream().map(Wiring::activation).toList();
    }

    /** Prepared only now, because every edge now knows which gradient it shares. */
    Operation backward() {
        List<Operation> operations = new ArrayList<>();
        for (int i = layers.size() - 1; i >= 0; i--) {
            operations.addAll(layers.get(i).backward());
        }
        return Operation.sequence(operations);
    }
}
