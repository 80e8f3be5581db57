package cairn.state;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The digest of a tensor's bytes: SHA-256 over the SHA-256 of each of their blocks of 1 MiB, the last of which may be shorter. So the blocks
 * can be computed in any order, at the same time. A tensor without bytes has no blocks.
 */
public final class TensorDigest {
    /** The bytes of a block. */
    public static final int BLOCK = 1 << 20;
    /** The bytes of a digest. */
    static final int BYTES = 32;

    private final MessageDigest block = sha256();
    private final MessageDigest all = sha256();
    private int filled;

    /** Adds a piece of the tensor, of any size. */
    public void add(ByteBuffer bytes) {
        ByteBuffer rest = bytes.duplicate();
        while (rest.hasRemaining()) {
            int count = Math.min(BLOCK - filled, rest.remaining());
            block.update(rest.slice(rest.position(), count));
            rest.position(rest.position() + count);
            filled += count;
            if (filled == BLOCK) {
                end();
            }
        }
    }

    /** The digest of what was added; afterwards this is as new. */
    public byte[] digest() {
        if (filled > 0) {
            end();
        }
        return all.digest();
    }

    private void end() {
        all.update(block.digest());
        filled = 0;
    }

    /** How many blocks so many bytes have. */
    static int blocks(int bytes) {
        return (int) ((bytes + (long) BLOCK - 1) / BLOCK);
    }

    /** The block {@code index} of a tensor. */
    static ByteBuffer block(ByteBuffer bytes, int index) {
        int from = index * BLOCK;
        return bytes.slice(bytes.position() + from, Math.min(BLOCK, bytes.remaining() - from));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
