package cairn.nn;

import java.util.List;
import java.util.Locale;

/**
 * A layer: an immutable description without arrays, best a record. It is wired once for each batch size and mode; a step then runs the
 * operations that it listed.
 *
 * <p>Shapes here are those of one row; the batch is the first dimension of the arrays. Laws:
 * <ul>
 *   <li>the gradients are those of {@code y} with respect to {@code x} and to every parameter;</li>
 *   <li>backward is linear in {@code dy}, overwrites the gradients that it writes, and changes neither {@code x} nor {@code dy};</li>
 *   <li>evaluation draws no random numbers and changes no buffer;</li>
 *   <li>parameters, buffers and output shape depend on the input shape only.</li>
 * </ul>
 */
public interface Layer {

    /** The layer's name in paths and recipes: the class's name in kebab case, {@code MaxPool2d} as {@code max-pool2d}. */
    default String kind() {
        return getClass().getSimpleName().replaceAll("(?<!^)(?=\\p{Lu})", "-").toLowerCase(Locale.ROOT);
    }

    /** The tensors that are trained, with names relative to this layer. */
    default List<Parameter> parameters(long[] in) {
        return List.of();
    }

    /** The tensors that are state but are not trained, such as running statistics. */
    default List<Buffer> buffers(long[] in) {
        return List.of();
    }

    /**
     * The shape of a row of output for rows of input of shape {@code in}.
     *
     * @throws IllegalArgumentException if this layer cannot take such rows; the message says which it takes
     */
    long[] outputShape(long[] in);

    /**
     * Refuses to be trained on parts of {@code rows} rows of shape {@code in}, if the layer would have no effect then. A container asks the
     * layers in it.
     *
     * @param rows the largest number of rows that a training computes together
     * @throws IllegalArgumentException saying why, and what to do
     */
    default void checkTraining(long[] in, long rows) {
    }

    /** Lists the operations of the forward and of the backward pass. */
    void wire(Wiring t);
}
