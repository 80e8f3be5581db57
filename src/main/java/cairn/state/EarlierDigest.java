package cairn.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * The digest of a state as format version 1 had it: SHA-256 over the entries in the order of their paths, a tensor with all its bytes. By it
 * the files and the journals of that version are still proven; nothing new is recorded with it.
 */
public final class EarlierDigest {
    private final MessageDigest sha = TensorDigest.sha256();
    private final ByteBuffer word = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);

    /** The digest of a whole state. */
    public static String of(State state) {
        EarlierDigest digest = new EarlierDigest();
        new TreeMap<>(state.entries()).forEach(digest::add);
        return digest.hex();
    }

    /** The digest of the state of {@code part}. It takes the memory of the largest tensor, not of the state. */
    static String of(Snapshottable part) {
        EarlierDigest digest = new EarlierDigest();
        Walk.contents(part, digest::add);
        return digest.hex();
    }

    /** The digest of what was added. */
    public String hex() {
        return HexFormat.of().formatHex(sha.digest());
    }

    /** Adds an entry; the entries come in the order of their paths. */
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
