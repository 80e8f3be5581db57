package cairn.interop.keras;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bob Jenkins's hash of 2006, lookup3.c, function hashlittle with 0 as the first value: the checksum of HDF5's metadata. */
final class Lookup3 {
    private static final int BLOCK = 12;
    private static final int START = 0xdeadbeef;

    private Lookup3() {
    }

    /** The hash of the first {@code length} bytes. */
    static int hash(byte[] bytes, int length) {
        int a = START + length;
        int b = a;
        int c = a;
        if (length == 0) {
            return c;
        }
        // The last block has 1 to 12 bytes; zeros after them change nothing.
        ByteBuffer words = ByteBuffer.wrap(Arrays.copyOf(Arrays.copyOf(bytes, length), (length + BLOCK - 1) / BLOCK * BLOCK))
                .order(ByteOrder.LITTLE_ENDIAN);
        while (words.remaining() > BLOCK) {
            a += words.getInt();
            b += words.getInt();
            c += words.getInt();
            a = a - c ^ Integer.rotateLeft(c, 4);
            c += b;
            b = b - a ^ Integer.rotateLeft(a, 6);
            a += c;
            c = c - b ^ Integer.rotateLeft(b, 8);
            b += a;
            a = a - c ^ Integer.rotateLeft(c, 16);
            c += b;
            b = b - a ^ Integer.rotateLeft(a, 19);
            a += c;
            c = c - b ^ Integer.rotateLeft(b, 4);
            b += a;
        }
        a += words.getInt();
        b += words.getInt();
        c += words.getInt();
        c = (c ^ b) - Integer.rotateLeft(b, 14);
        a = (a ^ c) - Integer.rotateLeft(c, 11);
        b = (b ^ a) - Integer.rotateLeft(a, 25);
        c = (c ^ b) - Integer.rotateLeft(b, 16);
        a = (a ^ c) - Integer.rotateLeft(c, 4);
        b = (b ^ a) - Integer.rotateLeft(a, 14);
        return (c ^ b) - Integer.rotateLeft(b, 24);
    }
}
