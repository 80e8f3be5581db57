package cairn.checkpoint;

import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.format.HeaderText;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A checkpoint, read to its last byte: all checksums, the digest of the state, whether that is the digest which was recorded
 * elsewhere when the state was saved, and whether the file belongs here. So even a sound file of another training is found.
 *
 * @param step its step, as its name says
 * @param file where it is
 * @param digest of its state, if it could be read
 * @param problem why it cannot be used, or nothing if every bit is as it was written
 */
public record Verification(long step, String file, Optional<String> digest, Optional<IOException> problem) {

    /** What is known elsewhere about the checkpoints of a store. */
    public interface Expected {
        /** Nothing is known. */
        Expected NOTHING = (step, facts) -> Optional.empty();

        /** The digest that was recorded when the checkpoint of {@code step} with these facts was saved; empty if none was. */
        Optional<String> digest(long step, Map<String, String> facts);

        /** Why a sound checkpoint with this header is not one of these; empty if it is. */
        default Optional<String> stranger(Header header) {
            return Optional.empty();
        }
    }

    /**
     * Verifies everything in {@code store}, in the order of steps; what its writer deletes meanwhile is passed over.
     *
     * @param results gets each one when it is known, because this may take long
     */
    public static void each(CheckpointStore store, Expected expected, Consumer<Verification> results) throws IOException {
        for (long step : store.steps()) {
            try {
                results.accept(of(store, step, expected));
            } catch (NoSuchFileException deletedMeanwhile) {
                // It is no part of the store any more. A link to a file that is not there is a damaged one.
            }
        }
    }

    /** Verifies one checkpoint. */
    public static Verification of(CheckpointStore store, long step, Expected known) throws NoSuchFileException {
        String file = store.place(step);
        Optional<String> digest = Optional.empty();
        try {
            digest = Optional.of(store.check(step).digest());
            Header header = store.header(step);
            String expected = known.digest(step, header.facts()).orElse(digest.get());
            if (!expected.equals(digest.get())) {
                throw new DamagedCheckpointException(file, HeaderText.DIGEST_KEY, CheckpointFile.LENGTH_BYTES, "it is sound, but not the"
                        + " one that was saved at this step: its state's digest is " + digest.get() + ", recorded was " + expected);
            }
            Optional<String> stranger = known.stranger(header);
            if (stranger.isPresent()) {
                throw new DamagedCheckpointException(file, "header", CheckpointFile.LENGTH_BYTES, "it is sound, but " + stranger.get());
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
