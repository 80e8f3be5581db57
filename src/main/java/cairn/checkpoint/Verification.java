package cairn.checkpoint;

import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.HeaderText;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Every checkpoint of a store, read to its last byte: all checksums, the digest of the state, and whether that is the digest which
 * somebody else wrote down when the state was saved.
 *
 * @param results one per checkpoint, in the order of steps
 */
public record Verification(List<Result> results) {

    /**
     * What came of one checkpoint.
     *
     * @param step its step, as its name says
     * @param file where it is
     * @param digest of its state, if it could be read
     * @param problem why it cannot be used, or nothing if every bit is as it was written
     */
    public record Result(long step, String file, Optional<String> digest, Optional<IOException> problem) {
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
        return of(store, Map.of(), progress);
    }

    /**
     * The same, knowing digests from elsewhere: so that even a sound file of another training shows.
     *
     * @param recorded the digests of states by step, as they were written down when these were saved; not every step need be there
     */
    public static Verification of(CheckpointStore store, Map<Long, String> recorded, Consumer<Result> progress) throws IOException {
        List<Result> results = new ArrayList<>();
        for (long step : store.steps()) {
            try {
                results.add(of(store, step, recorded));
                progress.accept(results.get(results.size() - 1));
            } catch (NoSuchFileException deletedMeanwhile) {
                // Not a result: it is no part of the store any more.
            }
        }
        return new Verification(results);
    }

    /** Verifies one checkpoint. */
    public static Result of(CheckpointStore store, long step, Map<Long, String> recorded) throws NoSuchFileException {
        String file = store.place(step);
        Optional<String> digest = Optional.empty();
        try {
            digest = Optional.of(store.verify(step).state().digest());
            String expected = recorded.getOrDefault(step, digest.get());
            if (!expected.equals(digest.get())) {
                throw new DamagedCheckpointException(file, HeaderText.DIGEST_KEY, CheckpointFile.LENGTH_BYTES, "it is sound, and another"
                        + " one than was saved at this step: its state's digest is " + digest.get() + ", recorded was " + expected);
            }
            return new Result(step, file, digest, Optional.empty());
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            return new Result(step, file, digest, Optional.of(e));
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
