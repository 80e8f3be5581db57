package cairn.nn;

import static cairn.state.Ephemeral.Kind.SCRATCH;
import static cairn.tensor.op.Elementwise.scaleBy;

import cairn.random.Key;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Reductions;
import java.util.List;
import java.util.Set;

/**
 * A network wired for one batch size and mode: two lists of prepared operations over fixed arrays. Fill the input, run, read the output.
 */
public final class Program {
    private final Edge input;
    private final Edge output;
    private final Array target;
    @Ephemeral(value = "the targets of a micro-batch on their way to the device", kind = SCRATCH)
    private final double[] targetBuffer;
    private final Array rowLoss;
    private final Array lossSum;
    @Ephemeral("filled with the share below before it is read")
    private final Array share;
    private final List<Activation> activations;
    private final Operation forward;
    private final Operation backward;
    @Ephemeral("the content of the array above, so that an equal number is not written again")
    private double shareValue = Double.NaN;

    Program(Layer model, long[] inputShape, Loss loss, Graph graph) {
        input = Edge.fresh(graph.type(), graph.batch(), inputShape, false);
        output = new Wiring(graph, "", model, input).wired();
        activations = graph.activations();
        target = Array.zeros(graph.type(), output.value().shape());
        targetBuffer = new double[Math.toIntExact(target.size())];
        rowLoss = Array.zeros(graph.type(), graph.batch(), 1);
        lossSum = Array.zeros(graph.type());
        share = Array.zeros(graph.type());
        LossWiring l = new LossWiring(output, target, rowLoss, graph.training());
        loss.wire(l);
        l.check(loss);
        forward = Operation.sequence(graph.forward(), l.forward(), Reductions.sum(rowLoss, lossSum));
        backward = graph.training()
                ? Operation.sequence(l.backward(), scaleBy(share, output.gradient()), graph.backward())
                : key -> {
                    throw new IllegalStateException("an evaluation has no backward pass");
                };
    }

    /** The input [batch, ...], to be filled. */
    public Array x() {
        return input.value();
    }

    /** The targets, to be filled. */
    public Array target() {
        return target;
    }

    /** A buffer on the host for the targets, so that filling them allocates nothing. */
    public double[] targetBuffer() {
        return targetBuffer;
    }

    /** The model's output [batch, ...]. */
    public Array output() {
        return output.value();
    }

    /** The output of each layer; a container comes before the layers in it. */
    public List<Activation> activations() {
        return activations;
    }

    /** The loss of each row [batch, 1]. */
    public Array rowLoss() {
        return rowLoss;
    }

    /** From input and target to output and losses. */
    public void forward(Key key) {
        forward.run(key);
    }

    /** From input and target to output and losses, for an evaluation, which draws no random numbers. */
    public void forward() {
        forward.run();
    }

    /** The names of its operations that add in {@linkplain Operation#unordered() no fixed order}. */
    public Set<String> unordered() {
        return Operation.sequence(forward, backward).unordered();
    }

    /** Σ row losses of the last forward pass, a scalar of rank 0. */
    public Array lossSum() {
        return lossSum;
    }

    /**
     * From the last forward pass to the gradient of {@code weight} · Σ row losses, which overwrites the gradient vector.
     *
     * @param weight 1 / Σ of the row weights of the whole step
     */
    public void backward(Key key, double weight) {
        if (weight != shareValue) {
            share.set(weight);
            shareValue = weight;
        }
        backward.run(key);
    }
}
