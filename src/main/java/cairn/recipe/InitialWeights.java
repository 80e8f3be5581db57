package cairn.recipe;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a model's initial weights come from, instead of its initializers: another run, or a safetensors file. Only weights and running
 * statistics are copied; the training begins at step 0.
 *
 * @param from a file, or the folder of a run with a step, such as {@code checkpoints/iris@240}
 * @param digest identifies the weights, because they change every number: the digest of a checkpoint's state, or the SHA-256 of a file. If
 *     it is missing, the run computes and records it
 * @param select the names to copy, such as {@code 0.dense}; everything if there are none
 * @param rename names to change, each {@code OLD=NEW}, such as {@code fc1=0.dense}
 */
public record InitialWeights(String from, Optional<String> digest, List<String> select, List<String> rename) {
    public InitialWeights {
        select = List.copyOf(select);
        rename = List.copyOf(rename);
        if (from.isBlank()) {
            throw new IllegalArgumentException("from: expected a file, or a run's folder and a step");
        }
        if (digest.isPresent() && !digest.get().matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("digest: expected 64 hexadecimal digits, found '" + digest.get() + "'");
        }
        for (String each : rename) {
            if (!each.matches("[^=]+=[^=]+")) {
                throw new IllegalArgumentException("rename: expected OLD=NEW, such as fc1=0.dense, found '" + each + "'");
            }
        }
    }

    /** All weights that fit, from the run in {@code folder} at {@code step}. */
    public static InitialWeights of(Path folder, long step) {
        return new InitialWeights(folder + "@" + step, Optional.empty(), List.of(), List.of());
    }

    /** All weights that fit, from a safetensors file. */
    public static InitialWeights of(Path file) {
        return new InitialWeights(file.toString(), Optional.empty(), List.of(), List.of());
    }

    public InitialWeights withDigest(String known) {
        return new InitialWeights(from, Optional.of(known), select, rename);
    }
}
