package cairn.checkpoint;

import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a header and believes nothing: first its checksum, then its version, then that it is exactly what {@link HeaderText}
 * would write. Only the few tokens that may stand at a place are accepted there, so nothing is deep, and every number is
 * checked against the size of the file.
 */
final class HeaderParser {
    /** A tensor as the JSON has it, before its checksum is known. */
    private record Place(ElementType type, List<Long> shape, long begin, long end) {
    }

    private final String file;
    private final byte[] head;
    private final long dataBytes;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Place> places = new LinkedHashMap<>();
    private long end;

    private HeaderParser(String file, byte[] head, long dataBytes) {
        this.file = file;
        this.head = head;
        this.dataBytes = dataBytes;
    }

    /** The header whose bytes, length word included, are {@code head}, of a file with {@code dataBytes} more bytes. */
    static Header parse(String file, byte[] head, long dataBytes) throws CheckpointException {
        HeaderParser parser = new HeaderParser(file, head, dataBytes);
        parser.checkSum();
        parser.readJson();
        parser.checkVersion();
        return parser.header();
    }

    private void checkSum() throws DamagedCheckpointException {
        if (head.length < HeaderText.CRC_OFFSET + 8) {
            throw damaged(8, "too short to be a checkpoint's");
        }
        int other = Arrays.mismatch(head, 8, HeaderText.CRC_OFFSET, HeaderText.START, 0, HeaderText.START.length);
        if (other >= 0) {
            throw damaged(8 + other, "it does not begin as a checkpoint's does; another program's file, or damaged");
        }
        String written = new String(head, HeaderText.CRC_OFFSET, 8, StandardCharsets.ISO_8859_1);
        String computed = HeaderText.hex(HeaderText.crc(head));
        if (!written.equals(computed)) {
            throw damaged(HeaderText.CRC_OFFSET, "CRC-32C of the header is " + computed + ", written is " + printable(written));
        }
    }

    private void readJson() throws DamagedCheckpointException {
        try (JsonParser p = HeaderText.JSON.createParser(head, 8, head.length - 8)) {
            expect(p, p.nextToken(), JsonToken.START_OBJECT);
            while (p.nextToken() == JsonToken.FIELD_NAME) {
                if (p.currentName().equals(HeaderText.METADATA)) {
                    readMetadata(p);
                } else {
                    readPlace(p, p.currentName());
                }
            }
            expect(p, p.currentToken(), JsonToken.END_OBJECT);
            checkPadding((int) p.currentLocation().getByteOffset() + 8);
        } catch (JsonProcessingException e) {
            long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
            throw damaged(8 + at, "not the JSON of a checkpoint: " + e.getOriginalMessage());
        } catch (DamagedCheckpointException e) {
            throw e;
        } catch (IOException e) {
            throw damaged(8, "not the JSON of a checkpoint: " + e.getMessage());
        }
        if (end != dataBytes) {
            throw damaged(8, "the tensors take " + end + " bytes, and " + dataBytes + " follow the header");
        }
    }

    private void readMetadata(JsonParser p) throws IOException {
        if (!metadata.isEmpty()) {
            throw damaged(at(p), "two times " + HeaderText.METADATA);
        }
        expect(p, p.nextToken(), JsonToken.START_OBJECT);
        while (p.nextToken() == JsonToken.FIELD_NAME) {
            String key = p.currentName();
            expect(p, p.nextToken(), JsonToken.VALUE_STRING);
            if (metadata.put(key, p.getText()) != null) {
                throw damaged(at(p), "two times '" + printable(key) + "'");
            }
        }
        expect(p, p.currentToken(), JsonToken.END_OBJECT);
    }

    private void readPlace(JsonParser p, String path) throws IOException {
        long at = at(p);
        if (!State.isPath(path)) {
            throw damaged(at, "'" + printable(path) + "' is no state path");
        }
        expect(p, p.nextToken(), JsonToken.START_OBJECT);
        field(p, "dtype");
        expect(p, p.nextToken(), JsonToken.VALUE_STRING);
        ElementType type = elementType(p);
        field(p, "shape");
        List<Long> shape = numbers(p);
        field(p, "data_offsets");
        List<Long> offsets = numbers(p);
        expect(p, p.nextToken(), JsonToken.END_OBJECT);
        if (offsets.size() != 2 || offsets.get(0) != end || offsets.get(1) < end || offsets.get(1) > dataBytes) {
            throw damaged(path, at, "data_offsets " + offsets + "; expected [" + end + ", at most " + dataBytes + "], without a hole");
        }
        long bytes = bytesOf(path, at, type, shape);
        if (bytes != offsets.get(1) - end) {
            throw damaged(path, at, type.label() + shape + " takes " + bytes + " bytes, data_offsets are " + offsets);
        }
        if (end % type.bytes() != 0) {
            throw damaged(path, at, "its bytes begin at " + end + ", not at a multiple of " + type.bytes());
        }
        if (bytes > Integer.MAX_VALUE) {
            throw damaged(path, at, "a tensor of " + bytes + " bytes; one has less than 2 GiB");
        }
        if (places.put(path, new Place(type, shape, end, offsets.get(1))) != null) {
            throw damaged(path, at, "two tensors have this path");
        }
        end = offsets.get(1);
    }

    private long bytesOf(String path, long at, ElementType type, List<Long> shape) throws DamagedCheckpointException {
        try {
            return Value.Tensor.bytesOf(type, shape.stream().mapToLong(Long::longValue).toArray());
        } catch (IllegalArgumentException e) {
            throw damaged(path, at, e.getMessage());
        }
    }

    private ElementType elementType(JsonParser p) throws IOException {
        for (ElementType type : ElementType.values()) {
            if (type.label().toUpperCase(java.util.Locale.ROOT).equals(p.getText())) {
                return type;
            }
        }
        throw damaged(at(p), "dtype '" + printable(p.getText()) + "'; known: F64, I64, F32, I32, U8");
    }

    private void field(JsonParser p, String name) throws IOException {
        if (p.nextToken() != JsonToken.FIELD_NAME || !p.currentName().equals(name)) {
            throw damaged(at(p), "expected \"" + name + "\"");
        }
    }

    private List<Long> numbers(JsonParser p) throws IOException {
        expect(p, p.nextToken(), JsonToken.START_ARRAY);
        List<Long> numbers = new ArrayList<>();
        while (p.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            numbers.add(p.getLongValue());
        }
        expect(p, p.currentToken(), JsonToken.END_ARRAY);
        return numbers;
    }

    private void expect(JsonParser p, JsonToken found, JsonToken expected) throws DamagedCheckpointException {
        if (found != expected) {
            throw damaged(at(p), "expected " + expected + ", found " + (found == null ? "the end" : found));
        }
    }

    private void checkPadding(int from) throws DamagedCheckpointException {
        for (int i = from; i < head.length; i++) {
            if (head[i] != ' ') {
                throw damaged(i, "something follows the JSON");
            }
        }
        if (head.length % 8 != 0) {
            throw damaged(0, "its length is no multiple of 8");
        }
    }

    private void checkVersion() throws CheckpointException {
        String text = required(HeaderText.FORMAT_KEY);
        long version = whole(HeaderText.FORMAT_KEY, text);
        if (version != HeaderText.VERSION) {
            throw new UnsupportedVersionException(file, HeaderText.CRC_OFFSET + 8, version, HeaderText.VERSION, HeaderText.VERSION);
        }
    }

    private Header header() throws DamagedCheckpointException {
        Map<String, String> facts = new LinkedHashMap<>();
        Map<String, Double> metrics = new LinkedHashMap<>();
        Map<String, Header.Entry> entries = new LinkedHashMap<>();
        long step = whole(HeaderText.STEP_KEY, required(HeaderText.STEP_KEY));
        String digest = required(HeaderText.DIGEST_KEY);
        metadata.keySet().removeAll(List.of(HeaderText.CRC_KEY, HeaderText.FORMAT_KEY, HeaderText.STEP_KEY, HeaderText.DIGEST_KEY));
        for (Map.Entry<String, String> e : metadata.entrySet()) {
            String key = e.getKey();
            Optional<String> state = name(key, HeaderText.STATE);
            if (state.isPresent()) {
                entries.put(state.get(), entry(state.get(), e.getValue()));
            } else if (name(key, HeaderText.METRIC).isPresent()) {
                metrics.put(name(key, HeaderText.METRIC).get(), real(key, e.getValue()));
            } else if (name(key, HeaderText.FACT).isPresent()) {
                facts.put(name(key, HeaderText.FACT).get(), e.getValue());
            } else {
                throw damaged(8, "'" + printable(key) + "' is not part of format version " + HeaderText.VERSION);
            }
        }
        for (String path : places.keySet()) {
            if (!entries.containsKey(path)) {
                throw damaged(path, 8, "a tensor without a checksum in " + HeaderText.METADATA);
            }
        }
        return new Header(step, digest, facts, metrics, entries);
    }

    private static Optional<String> name(String key, String prefix) {
        return Optional.of(key).filter(k -> k.startsWith(prefix)).map(k -> k.substring(prefix.length())).filter(State::isPath);
    }

    private Header.Entry entry(String path, String text) throws DamagedCheckpointException {
        int space = text.indexOf(' ');
        String kind = text.substring(0, Math.max(0, space));
        String rest = text.substring(space + 1);
        Place place = places.get(path);
        if (kind.equals("tensor") != (place != null)) {
            throw damaged(path, 8, "as '" + kind + "', and " + (place == null ? "no tensor" : "a tensor") + " stands at this path");
        }
        return switch (kind) {
            case "tensor" -> new Header.Span(place.type, place.shape, place.begin, place.end, (int) bits(path, rest, 8));
            case "integer" -> new Header.Scalar(new Value.Int(whole(path, rest)));
            case "real" -> new Header.Scalar(new Value.Real(real(path, text)));
            case "text" -> new Header.Scalar(text(path, rest));
            default -> throw damaged(path, 8, "kind '" + printable(kind) + "'; known: tensor, integer, real, text");
        };
    }

    private Value.Text text(String path, String text) throws DamagedCheckpointException {
        try {
            return new Value.Text(text);
        } catch (IllegalArgumentException e) {
            throw damaged(path, 8, e.getMessage());
        }
    }

    private double real(String where, String text) throws DamagedCheckpointException {
        if (text.length() < 22 || !text.startsWith("real ") || text.charAt(21) != ' ') {
            throw damaged(where, 8, "'" + printable(text) + "' is no real: expected 'real', 16 hexadecimal digits, the number");
        }
        return Double.longBitsToDouble(bits(where, text.substring(5, 21), 16));
    }

    private long bits(String where, String digits, int count) throws DamagedCheckpointException {
        if (digits.length() != count || !digits.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
            throw damaged(where, 8, "'" + printable(digits) + "' is not " + count + " hexadecimal digits");
        }
        return HexFormat.fromHexDigitsToLong(digits);
    }

    private long whole(String where, String digits) throws DamagedCheckpointException {
        try {
            long value = Long.parseLong(digits);
            if (Long.toString(value).equals(digits) && (value >= 0 || !where.startsWith("cairn."))) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, with the place.
        }
        throw damaged(where, 8, "'" + printable(digits) + "' is no whole number as it would be written here");
    }

    private String required(String key) throws DamagedCheckpointException {
        String value = metadata.get(key);
        if (value == null) {
            throw damaged(8, HeaderText.METADATA + " lacks '" + key + "'");
        }
        return value;
    }

    private static long at(JsonParser p) {
        return 8 + Math.max(0, p.currentTokenLocation().getByteOffset());
    }

    private static String printable(String text) {
        String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        return shown.replaceAll("[^\\x20-\\x7e]", "?");
    }

    private DamagedCheckpointException damaged(long offset, String found) {
        return damaged("header", offset, found);
    }

    private DamagedCheckpointException damaged(String where, long offset, String found) {
        return new DamagedCheckpointException(file, where, offset, found);
    }
}
