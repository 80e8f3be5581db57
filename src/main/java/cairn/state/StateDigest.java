package cairn.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The digest of a state: SHA-256 over its entries in the byte order of their paths.
 *
 * <p>An entry is: the path's UTF-8 length (i32, little-endian) and bytes, one byte for the kind (1 integer, 2 real, 3 text,
 * 4 tensor), and the content: an integer or a real as its 8 bytes; a text as length and UTF-8 bytes; a tensor as its element
 * type's label (length and bytes), its rank (i32), each size (i64), and its bytes. So no two different states feed the hash
 * the same bytes.
 */
public final class StateDigest {
    private final MessageDigest sha;
    private final ByteBuffer word = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);

    /** A digest to which the entries are added in the order of their paths. */
    public StateDigest() {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String of(Map<String, Value> entries) {
        StateDigest d = new StateDigest();
        new TreeMap<>(entries).forEach(d::add);
        return d.hex();
    }

    /** The digest of the state of {@code part}. It takes the memory of the largest tensor, not of the state. */
    public static String of(Snapshottable part) {
        StateDigest digest = new StateDigest();
        Walk.contents(part, digest::add);
        return digest.hex();
    }

    /** The digest of what was added. */
    public String hex() {
        return HexFormat.of().formatHex(sha.digest());
    }

    public void add(String path, Value value) {
        if (value instanceof Value.Tensor v) {
            begin(path, v.type(), v.shape());
            add(v.bytes());
            return;
        }
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

    /** Begins a tensor, whose bytes are {@linkplain #add(ByteBuffer) added} next, in pieces of any size. */
    public void begin(String path, ElementType type, long... shape) {
        text(path);
        sha.update((byte) 4);
        text(type.label());
        four(shape.length);
        for (long size : shape) {
            eight(size);
        }
    }

    /** Adds a piece of the tensor that was begun, from the position of {@code bytes} to their limit. */
    public void add(ByteBuffer bytes) {
        sha.update(bytes);
    }

    private void text(String s) {
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
}
