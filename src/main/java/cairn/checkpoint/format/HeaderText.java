package cairn.checkpoint.format;

import cairn.state.Value;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/** How a header is written: 8 bytes of length, then JSON, padded with spaces. docs/FORMAT.md describes it. */
public final class HeaderText {
    /** The version that is written. */
    static final int VERSION = 2;
    /** The oldest version that is read: it has another digest, and its header ends where its text ends. */
    static final int OLDEST_VERSION = 1;
    /** In a file the tensors begin at a multiple of this, so that memory can be written and read in whole pages. */
    public static final int PAGE = 4096;
    /** The safetensors readers accept no longer one. */
    static final int MOST_BYTES = 100_000_000;
    /** Far more than any training has. A hostile header of many tiny entries would take many times its own size in memory. */
    static final int MOST_ENTRIES = 1 << 18;
    /** The most dimensions that NumPy has for an array. */
    static final int MOST_DIMENSIONS = 64;
    public static final String METADATA = "__metadata__";
    static final String CRC_KEY = "cairn.header-crc32c";
    static final String FORMAT_KEY = "cairn.format";
    public static final String STEP_KEY = "cairn.step";
    public static final String DIGEST_KEY = "cairn.digest";
    static final String FACT = "fact/";
    static final String METRIC = "metric/";
    static final String STATE = "state/";
    /** What every file has after its length, in all versions: so that the checksum can be found before the rest is read. */
    public static final byte[] START = ("{\"" + METADATA + "\":{\"" + CRC_KEY + "\":\"").getBytes(StandardCharsets.US_ASCII);
    public static final int CRC_OFFSET = 8 + START.length;
    /** What the fact {@code finite} takes if it is there. */
    private static final int FINITE_BYTES = (",\"" + FACT + CheckpointInfo.FINITE + "\":\"false\"").length();
    public static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8).maxStringLength(MOST_BYTES).maxNameLength(MOST_BYTES).maxNumberLength(20).build())
            .build();

    private HeaderText() {
    }

    /** The head of the file, up to where the tensors begin. */
    public static ByteBuffer encode(Header header) {
        int entries = header.entries().size() + header.facts().size() + header.metrics().size();
        if (entries > MOST_ENTRIES) {
            throw new IllegalArgumentException("a checkpoint has at most " + MOST_ENTRIES + " entries, facts and metrics; this one has "
                    + entries);
        }
        byte[] json = json(header);
        ByteBuffer head = header.version() == 1 ? padded(json) : padded(json, room(header, json.length));
        if (head.capacity() - 8 > MOST_BYTES) {
            throw new IllegalArgumentException("a checkpoint's header has at most " + MOST_BYTES + " bytes; this one would have "
                    + (head.capacity() - 8) + ", for " + header.entries().size() + " entries: keep large data in tensors, not in texts");
        }
        return head.put(CRC_OFFSET, hex(crc(head.array())).getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * The bytes of a head whose JSON has {@code length} bytes: whole pages, and enough for the fact {@code finite}, which is known only when
     * the tensors have been written.
     */
    private static int room(Header header, int length) {
        int finite = header.facts().containsKey(CheckpointInfo.FINITE) ? 0 : FINITE_BYTES;
        return Math.addExact(8 + length, finite + PAGE - 1) / PAGE * PAGE;
    }

    /** 8 bytes of length, the JSON, and spaces up to a multiple of 8. */
    public static ByteBuffer padded(byte[] json) {
        return padded(json, 8 + Math.addExact(json.length, 7) / 8 * 8);
    }

    private static ByteBuffer padded(byte[] json, int bytes) {
        int length = bytes - 8;
        ByteBuffer head = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(json);
        while (head.hasRemaining()) {
            head.put((byte) ' ');
        }
        return head.flip();
    }

    /** CRC-32C of the whole head, length included, with the eight digits of this very checksum taken as zeros. */
    public static int crc(byte[] head) {
        CRC32C crc = new CRC32C();
        crc.update(head, 0, CRC_OFFSET);
        crc.update("00000000".getBytes(StandardCharsets.US_ASCII));
        crc.update(head, CRC_OFFSET + 8, head.length - CRC_OFFSET - 8);
        return (int) crc.getValue();
    }

    public static String hex(int crc) {
        return HexFormat.of().toHexDigits(crc);
    }

    /** A real as its bits, which are what is read, and as a decimal number for readers. */
    static String real(double value) {
        return "real " + HexFormat.of().toHexDigits(Double.doubleToRawLongBits(value)) + " " + value;
    }

    private static byte[] json(Header header) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (JsonGenerator g = JSON.createGenerator(json)) {
            g.writeStartObject();
            metadata(g, header);
            for (Map.Entry<String, Header.Span> e : header.spans().entrySet()) {
                tensor(g, e.getKey(), e.getValue());
            }
            g.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return json.toByteArray();
    }

    private static void metadata(JsonGenerator g, Header header) throws IOException {
        g.writeObjectFieldStart(METADATA);
        g.writeStringField(CRC_KEY, "00000000");
        g.writeStringField(FORMAT_KEY, Integer.toString(header.version()));
        g.writeStringField(STEP_KEY, Long.toString(header.step()));
        g.writeStringField(DIGEST_KEY, header.digest());
        for (Map.Entry<String, String> e : header.facts().entrySet()) {
            g.writeStringField(FACT + e.getKey(), e.getValue());
        }
        for (Map.Entry<String, Double> e : header.metrics().entrySet()) {
            g.writeStringField(METRIC + e.getKey(), real(e.getValue()));
        }
        for (Map.Entry<String, Header.Entry> e : header.entries().entrySet()) {
            g.writeStringField(STATE + e.getKey(), entry(e.getValue()));
        }
        g.writeEndObject();
    }

    private static String entry(Header.Entry entry) {
        if (entry instanceof Header.Span span) {
            return "tensor " + hex(span.crc());
        }
        Value.Scalar value = ((Header.Scalar) entry).value();
        if (value instanceof Value.Int v) {
            return "integer " + v.value();
        } else if (value instanceof Value.Real v) {
            return real(v.value());
        }
        return "text " + ((Value.Text) value).value();
    }

    public static void tensor(JsonGenerator g, String path, Header.Span span) throws IOException {
        if (path.equals(METADATA)) {
            throw new IllegalArgumentException("a tensor cannot be stored as '" + METADATA + "': the format uses that name itself");
        }
        if (span.shape().size() > MOST_DIMENSIONS) {
            throw new IllegalArgumentException("the tensor '" + path + "' has " + span.shape().size() + " dimensions; a file has place for "
                    + MOST_DIMENSIONS);
        }
        g.writeObjectFieldStart(path);
        g.writeStringField("dtype", span.type().label().toUpperCase(Locale.ROOT));
        g.writeArrayFieldStart("shape");
        for (long size : span.shape()) {
            g.writeNumber(size);
        }
        g.writeEndArray();
        g.writeArrayFieldStart("data_offsets");
        g.writeNumber(span.begin());
        g.writeNumber(span.end());
        g.writeEndArray();
        g.writeEndObject();
    }
}
