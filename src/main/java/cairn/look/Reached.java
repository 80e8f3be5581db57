package cairn.look;

import java.util.Optional;

/**
 * A step that was reached.
 *
 * @param digest of its state; the recorded one, if the state has that digest by an earlier rule
 * @param recorded the digest that the journal has for this state; empty if the step was never saved
 * @param from the step of the snapshot that was restored
 * @param replayed the number of updates that were made again after it
 */
public record Reached(long step, String digest, Optional<String> recorded, long from, long replayed) {

    /** Whether the state is the recorded one, to the bit; empty if none is recorded. */
    public Optional<Boolean> isEqual() {
        return recorded.map(digest::equals);
    }
}
