package cairn.checkpoint;

import cairn.checkpoint.format.CheckpointFile;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.checkpoint.format.Header;
import cairn.checkpoint.format.HeaderText;
import cairn.state.StateDigest;
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
 * @param header what it says of itself, if it was written whole and nothing of it has changed since
 * @param problem why it cannot be used, or nothing if every bit is as it was written
 */
public record Verification(long step, String file, Optional<Header> header, Optional<IOException> problem) {

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
        Optional<Header> read = Optional.empty();
        try {
            Header header = store.check(step);
            read = Optional.of(header);
            String expected = known.digest(step, header.facts()).orElse(header.digest());
            if (!expected.equals(header.digest()) && !StateDigest.isOf(expected, store.read(step).state())) {
                throw new DamagedCheckpointException(file, HeaderText.DIGEST_KEY, CheckpointFile.LENGTH_BYTES, "it is sound, but not the"
                        + " one that was saved at this step: its state's digest is " + header.digest() + ", recorded was " + expected);
            }
            Optional<String> stranger = known.stranger(header);
            if (stranger.isPresent()) {
                throw new DamagedCheckpointException(file, "header", CheckpointFile.LENGTH_BYTES, "it is sound, but " + stranger.get());
            }
            return new Verification(step, file, read, Optional.empty());
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            return new Verification(step, file, read, Optional.of(e));
        }
    }

    /** The digest of its state, if it could be read. */
    public Optional<String> digest() {
        return header.map(Header::digest);
    }

    public boolean isSound() {
        return problem.isEmpty();
    }

    @Override
    public String toString() {
        return "step " + step + ": " + problem.map(Throwable::getMessage).orElse("sound");
    }
}
