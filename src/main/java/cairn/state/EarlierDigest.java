package cairn.state;

import java.nio.ByteBuffer;
import java.util.TreeMap;

/**
 * The digest of a state as format version 1 had it: SHA-256 over the entries in the order of their paths, a tensor with all its bytes. By it
 * the files and the journals of that version are still proven; nothing new is recorded with it.
 */
public final class EarlierDigest {
    private final EntryHash hash = new EntryHash();

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
        return hash.hex();
    }

    /** Adds an entry; the entries come in the order of their paths. */
    public void add(String path, Value value) {
        if (value instanceof Value.Tensor v) {
            begin(path, v.type(), v.shape());
            add(v.bytes());
        } else {
            hash.add(path, (Value.Scalar) value);
        }
    }

    /** Begins a tensor, whose bytes are {@linkplain #add(ByteBuffer) added} next, in pieces of any size. */
    public void begin(String path, ElementType type, long... shape) {
        hash.begin(path, type, shape);
    }

    /** Adds a piece of the tensor that was begun, from the position of {@code bytes} to their limit. */
    public void add(ByteBuffer bytes) {
        hash.add(bytes);
    }
}
