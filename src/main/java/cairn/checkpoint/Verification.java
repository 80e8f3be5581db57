package cairn.checkpoint;

import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.HeaderText;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A checkpoint, read to its last byte: all checksums, the digest of the state, and whether that is the digest which was recorded
 * elsewhere when the state was saved. So even a sound file of another training is found.
 *
 * @param step its step, as its name says
 * @param file where it is
 * @param digest of its state, if it could be read
 * @param problem why it cannot be used, or nothing if every bit is as it was written
 */
public record Verification(long step, String file, Optional<String> digest, Optional<IOException> problem) {

    /**
     * Verifies everything in {@code store}, in the order of steps; what its writer deletes meanwhile is passed over.
     *
     * @param recorded the digests of states by step, as they were recorded when these were saved; steps may be missing
     * @param results gets each one when it is known, because this may take long
     */
    public static void each(CheckpointStore store, Map<Long, String> recorded, Consumer<Verification> results) throws IOException {
        for (long step : store.steps()) {
            try {
                results.accept(of(store, step, recorded));
            } catch (NoSuchFileException deletedMeanwhile) {
                // It is no part of the store any more.
            }
        }
    }

    /** Verifies one checkpoint. */
    public static Verification of(CheckpointStore store, long step, Map<Long, String> recorded) throws NoSuchFileException {
        String file = store.place(step);
        Optional<String> digest = Optional.empty();
        try {
            digest = Optional.of(store.verify(step).state().digest());
            String expected = recorded.getOrDefault(step, digest.get());
            if (!expected.equals(digest.get())) {
                throw new DamagedCheckpointException(file, HeaderText.DIGEST_KEY, CheckpointFile.LENGTH_BYTES, "it is sound, but not the"
                        + " one that was saved at this step: its state's digest is " + digest.get() + ", recorded was " + expected);
            }
            return new Verification(step, file, digest, Optional.empty());
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            return new Verification(step, file, digest, Optional.of(e));
        }
    }

    public boolean isSound() {
        return problem.isEmpty();
    }

    @Override
    public String toString() {
        return "step " + step + ": " + problem.map(Throwable::getMessage).orElse("sound");
    }
}
