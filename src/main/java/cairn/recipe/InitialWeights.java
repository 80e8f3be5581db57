package cairn.recipe;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a model's initial weights come from, instead of its initializers: another run, or a file of this or another program. Only weights and
 * running statistics are copied, and on request what the optimizer of a file keeps; the training begins at step 0.
 *
 * @param from a file, or the folder of a run with a step, such as {@code checkpoints/iris@240}
 * @param digest identifies the weights, because they change every number: the digest of a checkpoint's state, or the SHA-256 of a file. If
 *     it is missing, the run computes and records it
 * @param select the names to copy, such as {@code 0.dense}; everything if there are none
 * @param rename names to change, each {@code OLD=NEW}, such as {@code fc1=0.dense}
 * @param partial whether layers that the file of another program does not have are initialized; otherwise they are refused
 * @param key which model of a PyTorch file with several, such as {@code ema}; found if it is missing
 * @param optimizer whether the vectors and ages of the optimizer in the file of another program are taken too
 */
public record InitialWeights(String from, Optional<String> digest, List<String> select, List<String> rename, Optional<Boolean> partial,
        Optional<String> key, Optional<Boolean> optimizer) {
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
        return of(folder + "@" + step);
    }

    /** The weights of a file. */
    public static InitialWeights of(Path file) {
        return of(file.toString());
    }

    static InitialWeights of(String from) {
        return new InitialWeights(from, Optional.empty(), List.of(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    public InitialWeights withDigest(String known) {
        return new InitialWeights(from, Optional.of(known), select, rename, partial, key, optimizer);
    }

    /** Only these names, with these names changed, and those that were chosen before. */
    public InitialWeights with(List<String> only, List<String> renamed) {
        return new InitialWeights(from, digest, joined(select, only), joined(rename, renamed), partial, key, optimizer);
    }

    /** Layers that the file does not have are initialized. */
    public InitialWeights asPartial() {
        return new InitialWeights(from, digest, select, rename, Optional.of(true), key, optimizer);
    }

    /** The model of this name, of a file with several. */
    public InitialWeights ofKey(String name) {
        return new InitialWeights(from, digest, select, rename, partial, Optional.of(name), optimizer);
    }

    /** With what the optimizer of the file keeps. */
    public InitialWeights withOptimizer() {
        return new InitialWeights(from, digest, select, rename, partial, key, Optional.of(true));
    }

    private static List<String> joined(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }
}
