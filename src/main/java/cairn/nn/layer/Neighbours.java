package cairn.nn.layer;

import static cairn.tensor.op.Elementwise.relu;

import cairn.nn.Edge;
import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.tensor.Array;
import cairn.tensor.op.Pooling;
import java.util.Optional;

/**
 * Which neighbours are computed together, in one pass over memory instead of one for each layer. It is decided by the layers, their shapes
 * and the backend alone, and changes no bit.
 */
final class Neighbours {
    private Neighbours() {
    }

    /** How {@code first} and {@code second} are wired together; empty if one has to be wired after the other. */
    static Optional<Wiring.Together> of(Layer first, Layer second, Edge from) {
        if (first instanceof Relu && second instanceof MaxPool2d pool && Pooling.isOnePass(pool.window(), pool.geometry(), from.value())) {
            return Optional.of((relu, max) -> wire(pool.window(), relu, max));
        }
        return Optional.empty();
    }

    /** y = the maximum of each window of max(x, 0). */
    private static void wire(long window, Wiring relu, Wiring max) {
        max.forward(Pooling.maxOfRelu(window, relu.x(), max.y()));
        Array x = relu.x();
        relu.whenLookedAt(y -> relu(x, y));
        relu.backwardToInput(() -> Pooling.maxOfReluGradient(window, relu.x(), max.y(), max.dy(), relu.dx()));
    }
}
