package cairn.data;

import cairn.random.Key;
import cairn.state.Ephemeral;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/**
 * The order in which an epoch visits the rows: a permutation that is a pure function of key and epoch, or the rows' own order.
 * The orders of the two epochs asked for last are kept, because a permutation costs as much as the data set has rows. Safe for
 * many threads at once.
 */
final class EpochOrder {

    private record Known(long epoch, @Ephemeral("the permutation of an epoch, a function of the epoch") int[] rows) {
    }

    private final int size;
    private final Optional<Key> key;
    /** By the epoch's lowest bit, so that two consecutive epochs do not replace each other. */
    @Ephemeral("the permutations of two epochs, each a function of its epoch")
    private final AtomicReferenceArray<Known> known = new AtomicReferenceArray<>(2);

    private EpochOrder(int size, Optional<Key> key) {
        this.size = size;
        this.key = key;
    }

    /** {@code key.fold(epoch).permutation(size)}. */
    static EpochOrder shuffled(int size, Key key) {
        return new EpochOrder(size, Optional.of(key));
    }

    /** 0, 1, ... in every epoch. */
    static EpochOrder unchanged(int size) {
        return new EpochOrder(size, Optional.empty());
    }

    boolean isShuffled() {
        return key.isPresent();
    }

    /** Callers must not write to it. */
    int[] of(long epoch) {
        long distinct = isShuffled() ? epoch : 0;
        int place = (int) (distinct & 1);
        Known order = known.get(place);
        if (order == null || order.epoch() != distinct) {
            order = new Known(distinct, key.map(k -> k.fold(epoch).permutation(size)).orElseGet(() -> IntStream.range(0, size).toArray()));
            known.set(place, order);
        }
        return order.rows();
    }
}
