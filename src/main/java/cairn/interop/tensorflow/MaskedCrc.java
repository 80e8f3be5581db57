package cairn.interop.tensorflow;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum of TensorFlow's files: CRC-32C, rotated and moved, because the plain one of bytes that contain checksums is weak
 * (tensorflow/core/lib/hash/crc32c.h).
 */
final class MaskedCrc {
    private static final int DELTA = 0xa282ead8;

    private MaskedCrc() {
    }

    /** Of the remaining bytes, whose position stays. */
    static int of(ByteBuffer... parts) {
        CRC32C crc = new CRC32C();
        for (ByteBuffer part : parts) {
            crc.update(part.duplicate());
        }
        return mask((int) crc.getValue());
    }

    static int mask(int crc) {
        return (crc >>> 15 | crc << 17) + DELTA;
    }
}
