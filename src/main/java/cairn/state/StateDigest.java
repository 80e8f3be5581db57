package cairn.state;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The digest of a state: SHA-256 over the text {@code cairn state 2} and the entries in the byte order of their paths.
 *
 * <p>A text is its UTF-8 length (i32, little-endian) and bytes. An entry is: the path as a text, one byte for the kind (1 integer, 2 real,
 * 3 text, 4 tensor), and the content: an integer or a real as its 8 bytes; a text; a tensor as its element type's label (a text), its rank
 * (i32), each size (i64), and its {@link TensorDigest}. So no two different states feed the hash the same bytes, and none feeds it what a
 * state feeds {@linkplain EarlierDigest the hash of format version 1}.
 *
 * <p>What was recorded by that earlier rule stays valid. So a state is compared with a record by {@link #isOf}, and not as texts.
 */
public final class StateDigest {
    private static final String RULE = "cairn state 2";

    private final EntryHash hash = new EntryHash();

    /** A digest to which the entries are added in the order of their paths. */
    public StateDigest() {
        hash.text(RULE);
    }

    static String of(Map<String, Value> entries) {
        Map<String, Value.Tensor> tensors = new LinkedHashMap<>();
        entries.forEach((path, value) -> {
            if (value instanceof Value.Tensor tensor) {
                tensors.put(path, tensor);
            }
        });
        TensorDigests digests = TensorDigests.of(tensors);
        digests.work().finish();
        return of(entries, digests);
    }

    /** The digest of a state whose tensors have been digested. */
    public static String of(Map<String, Value> entries, TensorDigests digests) {
        StateDigest digest = new StateDigest();
        new TreeMap<>(entries).forEach((path, value) -> {
            if (value instanceof Value.Tensor t) {
                digest.add(path, t.type(), t.shape(), digests.of(path));
            } else {
                digest.add(path, (Value.Scalar) value);
            }
        });
        return digest.hex();
    }

    /** The digest of the state of {@code part}. It takes the memory of the largest tensor, not of the state. */
    public static String of(Snapshottable part) {
        StateDigest digest = new StateDigest();
        TensorDigest tensor = new TensorDigest();
        Walk.contents(part, (path, value) -> {
            if (value instanceof Value.Tensor t) {
                tensor.add(t.bytes());
                digest.add(path, t.type(), t.shape(), tensor.digest());
            } else {
                digest.add(path, (Value.Scalar) value);
            }
        });
        return digest.hex();
    }

    /** Whether {@code recorded} is the digest of this state, by today's rule or by the earlier one. */
    public static boolean isOf(String recorded, State state) {
        return recorded.equals(state.digest()) || recorded.equals(EarlierDigest.of(state));
    }

    /** Whether {@code recorded} is the digest of the state of {@code part}, by today's rule or by the earlier one. */
    public static boolean isOf(String recorded, Snapshottable part) {
        return recorded.equals(of(part)) || recorded.equals(EarlierDigest.of(part));
    }

    /** The digest of the state of {@code part}, in the words of a record: the recorded one, if that is its digest by either rule. */
    public static String inWordsOf(Optional<String> recorded, Snapshottable part) {
        String digest = of(part);
        return recorded.filter(r -> !r.equals(digest) && r.equals(EarlierDigest.of(part))).orElse(digest);
    }

    /** The digest of what was added. */
    public String hex() {
        return hash.hex();
    }

    /** Adds a number or a text. */
    public void add(String path, Value.Scalar value) {
        hash.add(path, value);
    }

    /** Adds a tensor, whose bytes have the digest {@code content}. */
    public void add(String path, ElementType type, long[] shape, byte[] content) {
        hash.begin(path, type, shape);
        hash.add(ByteBuffer.wrap(content));
    }
}
