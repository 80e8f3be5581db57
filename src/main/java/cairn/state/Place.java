package cairn.state;

import java.nio.ByteBuffer;

/** Where a tensor is captured, again and again. */
final class Place {
    /** A smaller tensor is copied and digested in less time than it takes to find out that it is as before. */
    private static final int WORTH_COMPARING = 64 << 10;

    private final ByteBuffer bytes;
    private KnownDigest known = new KnownDigest();

    Place(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    ByteBuffer bytes() {
        return bytes.duplicate();
    }

    /**
     * Whether the live tensor has, bit for bit, the content that lies here and was digested: then it need not be copied, nor digested again.
     * A tensor that is trained differs in its first numbers, so this costs next to nothing; one that is frozen is compared instead of copied.
     */
    boolean holds(Slots.TensorAccess live) {
        return bytes.remaining() >= WORTH_COMPARING && known.blocks() != null
                && live.memory().filter(memory -> memory.mismatch(bytes) == -1).isPresent();
    }

    /** Another content will lie here. What is found out about the one before is never taken for it. */
    void renew() {
        known = new KnownDigest();
    }

    /** The digest of the content that lies here. */
    KnownDigest known() {
        return known;
    }
}
