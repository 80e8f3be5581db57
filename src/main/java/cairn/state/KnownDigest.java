package cairn.state;

/** The digests of the blocks of one content of a tensor, once they are known. Another content has another one, even in the same memory. */
final class KnownDigest {
    private volatile byte[] blocks;

    /** The digests of the blocks, one after the other; null as long as they are not known. */
    byte[] blocks() {
        return blocks;
    }

    void set(byte[] digests) {
        blocks = digests;
    }
}
