package cairn.checkpoint.format;

import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Everything in a checkpoint's file but the tensors' content.
 *
 * @param version the version of the format
 * @param step the step
 * @param digest the digest of the state, by the rule of that version
 * @param facts texts about it
 * @param metrics named numbers
 * @param entries what the state consists of, in its order
 */
public record Header(int version, long step, String digest, Map<String, String> facts, Map<String, Double> metrics, Map<String, Entry> entries) {

    /** One entry of the state: a scalar with its value, or where a tensor lies. */
    public sealed interface Entry {
        /** What it is, as {@link Value#describe}. */
        String describe();
    }

    /** An integer, a real or a text. */
    public record Scalar(Value.Scalar value) implements Entry {
        @Override
        public String describe() {
            return value.describe();
        }
    }

    /** A tensor's type, shape and place: its bytes are {@code begin} to {@code end} after the header. */
    public record Span(ElementType type, List<Long> shape, long begin, long end, int crc) implements Entry {
        public Span {
            shape = List.copyOf(shape);
        }

        @Override
        public String describe() {
            return type.label() + shape.toString().replace(" ", "");
        }

        long[] sizes() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }
    }

    public Header {
        facts = Checkpoint.ordered("fact", facts);
        metrics = Checkpoint.ordered("metric", metrics);
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    private static final String ANY_DIGEST = "0".repeat(64);

    /** The header for a checkpoint: digest, layout, checksums and the fact {@code finite} computed. */
    public static Header of(Checkpoint checkpoint) {
        return Sums.begin(checkpoint.state()).complete(outline(checkpoint));
    }

    /**
     * The header for a checkpoint as far as it is known before its tensors are read: the sums are zeros. It takes as many bytes as the
     * complete one.
     */
    static Header outline(Checkpoint checkpoint) {
        State state = checkpoint.state();
        Map<String, Entry> entries = new LinkedHashMap<>();
        // Every path in the state's order first; where the tensors lie is known only once they are laid out.
        state.entries().forEach((path, value) -> entries.put(path, value instanceof Value.Scalar s ? new Scalar(s) : null));
        long at = 0;
        for (String path : state.fileOrder()) {
            Span span = span(state.tensor(path), at);
            entries.put(path, span);
            at = span.end();
        }
        return new Header(HeaderText.VERSION, checkpoint.step(), ANY_DIGEST, given(checkpoint.facts()), checkpoint.metrics(), entries);
    }

    /** A header of the present version for a file that is not written yet, of which only the size matters. */
    static Header planned(long step, Map<String, String> facts, Map<String, Double> metrics, Map<String, Entry> entries) {
        return new Header(HeaderText.VERSION, step, ANY_DIGEST, facts, metrics, entries);
    }

    /**
     * This outline with what the tensors' content says.
     *
     * @param crcs the checksum of each tensor
     * @param isFinite the fact {@code finite}, the store's own: there, and {@code false}, only if a tensor of the model is not finite
     */
    Header with(String stateDigest, Map<String, Integer> crcs, boolean isFinite) {
        Map<String, Entry> complete = new LinkedHashMap<>();
        entries.forEach((path, entry) -> complete.put(path, entry instanceof Span s
                ? new Span(s.type(), s.shape(), s.begin(), s.end(), crcs.get(path)) : entry));
        Map<String, String> known = given(facts);
        if (!isFinite) {
            known.put(CheckpointInfo.FINITE, "false");
        }
        return new Header(version, step, stateDigest, known, metrics, complete);
    }

    /** The facts that the caller gave, without the one that the store added. */
    static Map<String, String> given(Map<String, String> facts) {
        Map<String, String> given = new LinkedHashMap<>(facts);
        given.remove(CheckpointInfo.FINITE);
        return given;
    }

    /** The tensors in the order of the file: widest element type first, so that each is aligned; then in the state's order. */
    public Map<String, Span> spans() {
        List<Map.Entry<String, Entry>> tensors = new ArrayList<>(entries.entrySet());
        tensors.removeIf(e -> !(e.getValue() instanceof Span));
        tensors.sort(Comparator.comparing(e -> ((Span) e.getValue()).type()));
        Map<String, Span> spans = new LinkedHashMap<>();
        tensors.forEach(e -> spans.put(e.getKey(), (Span) e.getValue()));
        return spans;
    }

    /** Whether the file has an earlier version of the format than is written today. */
    public boolean isEarlier() {
        return version < HeaderText.VERSION;
    }

    /** The checkpoint of this header, with this state. */
    Checkpoint checkpoint(State state) {
        return new Checkpoint(step, state, given(facts), metrics);
    }

    /** The entries of the state that are no tensors. */
    public State scalars() {
        Map<String, Value> scalars = new LinkedHashMap<>();
        entries.forEach((path, entry) -> {
            if (entry instanceof Scalar scalar) {
                scalars.put(path, scalar.value());
            }
        });
        return State.of(scalars);
    }

    /** The bytes of all tensors. */
    public long dataBytes() {
        return spans().values().stream().mapToLong(Span::end).max().orElse(0);
    }

    /** The size of the whole file. */
    public long fileBytes() {
        return HeaderText.encode(this).remaining() + dataBytes();
    }

    static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** The place of a tensor, without its checksum. */
    public static Span span(Value.Tensor t, long begin) {
        List<Long> shape = java.util.Arrays.stream(t.shape()).boxed().toList();
        return new Span(t.type(), shape, begin, begin + t.size() * t.type().bytes(), 0);
    }
}
