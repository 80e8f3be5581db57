package cairn.interop.onnx;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a file has beside the layers of a model.
 *
 * @param inputs how the numbers of a row are scaled before the first layer, if the file does that
 * @param targets how the targets were scaled that the model has learnt; if it is given, the file gives outputs in the targets' own units
 * @param probabilities what the file makes of the outputs
 * @param metadata texts by key, which the file keeps in this order
 */
public record OnnxOptions(Optional<Scaling> inputs, Optional<Scaling> targets, Probabilities probabilities, Map<String, String> metadata) {
    /** The layers alone. */
    public static final OnnxOptions NONE = new OnnxOptions(Optional.empty(), Optional.empty(), Probabilities.NONE, Map.of());

    /** From outputs to probabilities. */
    public enum Probabilities {
        /** The outputs stay as they are. */
        NONE,
        /** e^y / Σ e^y over a row: of classes that exclude each other. */
        SOFTMAX,
        /** 1 / (1 + e^-y) of each number: of labels that do not. */
        SIGMOID
    }

    /**
     * y = (x - shift[c]) / divisor[c], with c the index in the last dimension: the feature of a table, the channel of an image. As in
     * Cairn, the result has the precision of float32; a file in float64 rounds it so.
     *
     * @param shifts one for each c, or one for all
     * @param divisors as many, none of them 0
     */
    public record Scaling(double[] shifts, double[] divisors) {
        public Scaling {
            shifts = shifts.clone();
            divisors = divisors.clone();
            if (shifts.length != divisors.length || shifts.length == 0) {
                throw new IllegalArgumentException("expected as many shifts as divisors, found " + shifts.length + " and "
                        + divisors.length);
            }
        }

        void requireFit(String what, long[] row) {
            if (shifts.length > 1 && (row.length == 0 || row[row.length - 1] != shifts.length)) {
                throw new IllegalArgumentException("the scaling of the " + what + " is for " + shifts.length + " features or channels; a"
                        + " row has the shape " + Arrays.toString(row));
            }
        }
    }

    public OnnxOptions {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }
}
