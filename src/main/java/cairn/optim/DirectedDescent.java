package cairn.optim;

import cairn.tensor.Array;
import cairn.tensor.op.HostLoops;
import cairn.tensor.op.ScalarOperation;
import cairn.tensor.op.Updates;
import java.util.stream.Stream;

/**
 * The end of an adaptive rule: a direction from the gradient and the rule's vectors, which it changes, and the descent along it. Where
 * Java loops over the vectors it is one pass over memory: a block of the direction is used while it is in the cache, and never written
 * to the gradient. The numbers are those of two passes.
 */
@FunctionalInterface
interface DirectedDescent {

    /**
     * The direction for {@code number}, and θ = θ - rate · direction; a rate of 0 changes the rule's vectors alone, as
     * {@link Descent#by}.
     */
    void run(double number, double rate);

    /** In two passes, with {@code direction} leaving its result in the place of {@code grad}. */
    static DirectedDescent of(ScalarOperation direction, Array grad, Array theta) {
        Descent descent = Descent.along(grad, theta);
        return (number, rate) -> {
            direction.run(number);
            descent.by(rate);
        };
    }

    /**
     * In one pass.
     *
     * @param direction leaves its result in the place of the gradient, which is the last of its arrays; the first ones are the rule's
     *     {@code vectors}, and then come the weights, which are not its business
     */
    static DirectedDescent of(HostLoops.ScalarLoop direction, Array grad, Array theta, Array... vectors) {
        int weights = vectors.length;
        Array[] all = Stream.concat(Stream.of(vectors), Stream.of(theta, grad)).toArray(Array[]::new);
        HostLoops.TwoScalarOperation pass = HostLoops.over(weights + 1, all).operation((x, n, number, rate) -> {
            direction.run(x, n, number);
            if (rate != 0) {
                Updates.addScaled(x[weights + 1], x[weights], n, rate);
            }
        });
        return (number, rate) -> pass.run(number, -rate);
    }
}
