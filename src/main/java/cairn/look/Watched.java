package cairn.look;

import cairn.replay.Proof;
import java.util.List;
import java.util.Locale;

/**
 * What nobody recorded while the run was trained: numbers of each layer at each of some steps, from training these steps again.
 *
 * @param proof the comparison of the replay with everything that was recorded of these steps
 * @param samples by step, then by kind, then in the order of the layers
 */
public record Watched(Proof proof, List<Sample> samples) {

    public Watched {
        samples = List.copyOf(samples);
    }

    /** What is watched. */
    public enum Kind {
        /** The gradient of the batch's loss, before clipping. */
        GRADIENTS,
        /** The output of each layer for the rows of the batch, in training: with its dropout and the statistics of the batch. */
        ACTIVATIONS,
        /** The weights after the update minus those before it. */
        UPDATES,
        /** The weights after the update. */
        WEIGHTS;

        /** Its name: {@code gradients}, ... */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The numbers of a layer at a step.
     *
     * @param step the step that the update led to
     * @param name the path of the layer, or of one of its tensors if it was asked for
     */
    public record Sample(long step, Kind kind, String name, Summary numbers) {
    }
}
