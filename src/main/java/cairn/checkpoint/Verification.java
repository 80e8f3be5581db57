package cairn.checkpoint;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Every checkpoint of a store, read to its last byte: all checksums, and the digest of the state.
 *
 * @param results one per checkpoint, in the order of steps
 */
public record Verification(List<Result> results) {

    /**
     * What came of one checkpoint.
     *
     * @param step its step, as its name says
     * @param problem why it cannot be used, or nothing if every bit is as it was written
     */
    public record Result(long step, Optional<IOException> problem) {
        public boolean isSound() {
            return problem.isEmpty();
        }

        @Override
        public String toString() {
            return "step " + step + ": " + problem.map(Throwable::getMessage).orElse("sound");
        }
    }

    public Verification {
        results = List.copyOf(results);
    }

    /**
     * Verifies everything in {@code store}; what its writer deletes meanwhile is passed over.
     *
     * @param progress is told each result when it is known, for this may take long
     */
    public static Verification of(CheckpointStore store, Consumer<Result> progress) throws IOException {
        List<Result> results = new ArrayList<>();
        for (long step : store.steps()) {
            try {
                results.add(result(store, step));
                progress.accept(results.get(results.size() - 1));
            } catch (NoSuchFileException deletedMeanwhile) {
                // Not a result: it is no part of the store any more.
            }
        }
        return new Verification(results);
    }

    private static Result result(CheckpointStore store, long step) throws NoSuchFileException {
        try {
            store.verify(step);
            return new Result(step, Optional.empty());
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            return new Result(step, Optional.of(e));
        }
    }

    public boolean isSound() {
        return results.stream().allMatch(Result::isSound);
    }

    /** The results of those that cannot be used. */
    public List<Result> problems() {
        return results.stream().filter(r -> !r.isSound()).toList();
    }
}
