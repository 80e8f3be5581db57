package cairn.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** SHA-256 over entries of a state, in the form that the digests of all format versions share: {@link StateDigest} says it. */
final class EntryHash {
    private final MessageDigest sha = TensorDigest.sha256();
    private final ByteBuffer word = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);

    /** Adds a number or a text. */
    void add(String path, Value.Scalar value) {
        text(path);
        if (value instanceof Value.Int v) {
            sha.update((byte) 1);
            eight(v.value());
        } else if (value instanceof Value.Real v) {
            sha.update((byte) 2);
            eight(Double.doubleToRawLongBits(v.value()));
        } else if (value instanceof Value.Text v) {
            sha.update((byte) 3);
            text(v.value());
        }
    }

    /** Begins a tensor, whose content is {@linkplain #add(ByteBuffer) added} next. */
    void begin(String path, ElementType type, long... shape) {
        text(path);
        sha.update((byte) 4);
        text(type.label());
        four(shape.length);
        for (long size : shape) {
            eight(size);
        }
    }

    /** Adds bytes, from the position of {@code bytes} to their limit. */
    void add(ByteBuffer bytes) {
        sha.update(bytes);
    }

    /** Adds the length of a text and its bytes. */
    void text(String s) {
        byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
        four(utf8.length);
        sha.update(utf8);
    }

    private void four(int v) {
        sha.update(word.clear().putInt(v).flip());
    }

    private void eight(long v) {
        sha.update(word.clear().putLong(v).flip());
    }

    /** The hash of what was added, in hexadecimal. */
    String hex() {
        return HexFormat.of().formatHex(sha.digest());
    }
}
