package cairn.train;

import static cairn.state.Ephemeral.Kind.SCRATCH;
import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds the gradients of the micro-batches of a step in one fixed binary tree over their index: ((0+1)+(2+3))+((4+5)+..., where the left
 * subtree is always complete. So the bits depend only on the number of micro-batches.
 */
final class GradientTree {

    /**
     * The sum of a complete subtree.
     *
     * @param addTo adds it to the gradient
     * @param keep copies the gradient into it
     */
    private record Level(Operation addTo, Operation keep) {
    }

    @Ephemeral(value = "made at wiring", kind = WIRING)
    private final List<Level> levels = new ArrayList<>();
    @Ephemeral(value = "micro-batches of the current step; set to 0 when a step begins", kind = SCRATCH)
    private long added;

    /** A tree for at most {@code parts} micro-batches; their gradients appear in {@code gradient} one after the other. */
    GradientTree(Array gradient, int parts) {
        for (int size = 1; size < parts; size *= 2) {
            Array sum = Array.zeros(gradient.type(), gradient.shape());
            levels.add(new Level(Elementwise.add(sum, gradient, gradient), Elementwise.copy(gradient, sum)));
        }
    }

    void clear() {
        added = 0;
    }

    /** Adds the current content of the gradient to the tree; after the last one, the gradient contains the whole sum. */
    void add(boolean isLast) {
        int level = 0;
        while ((added >> level & 1) == 1) {
            levels.get(level++).addTo().run();
        }
        if (!isLast) {
            levels.get(level).keep().run();
        } else {
            for (level++; added >> level != 0; level++) {
                if ((added >> level & 1) == 1) {
                    levels.get(level).addTo().run();
                }
            }
        }
        added++;
    }
}
