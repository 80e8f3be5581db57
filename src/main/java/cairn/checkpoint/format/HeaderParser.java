package cairn.checkpoint.format;

import cairn.checkpoint.format.HeaderJson.Place;
import cairn.state.StatePath;
import cairn.state.Value;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a header without trusting it: first its checksum, then its version, its form ({@link HeaderJson}), and that it says what
 * {@link HeaderText} would write.
 */
final class HeaderParser {
    private static final Pattern VERSION = Pattern.compile("\",\"" + Pattern.quote(HeaderText.FORMAT_KEY) + "\":\"(0|[1-9][0-9]{0,8})\"");

    private final String file;
    private final byte[] head;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private Map<String, Place> places = Map.of();
    private int version;

    private HeaderParser(String file, byte[] head) {
        this.file = file;
        this.head = head;
    }

    /** The header whose bytes, length word included, are {@code head}, of a file with {@code dataBytes} more bytes. */
    static Header parse(String file, byte[] head, long dataBytes) throws CheckpointException {
        HeaderParser parser = new HeaderParser(file, head);
        parser.checkSum();
        parser.checkVersion();
        return parser.parsed(dataBytes).header();
    }

    /** What {@link #parse} finds, without the entries of the state; {@code last} is a header that was read before, if there was any. */
    static CheckpointInfo info(String file, byte[] head, long dataBytes, AtomicReference<KnownHeader> last) throws CheckpointException {
        HeaderParser parser = new HeaderParser(file, head);
        parser.checkSum();
        parser.checkVersion();
        KnownHeader known = last.get();
        Optional<Map<String, String>> changes = known == null ? Optional.empty() : known.changes(head, dataBytes);
        if (changes.isPresent()) {
            return parser.info(known, changes.get(), dataBytes);
        }
        KnownHeader read = parser.parsed(dataBytes);
        last.set(read);
        return CheckpointInfo.of(read.header(), head.length + dataBytes);
    }

    private KnownHeader parsed(long dataBytes) throws DamagedCheckpointException {
        HeaderJson json = HeaderJson.read(file, head, dataBytes);
        metadata.putAll(json.metadata());
        places = json.places();
        return new KnownHeader(head, dataBytes, json, header());
    }

    /** What this header says, whose metadata differs from that of a known one in {@code changes} alone. */
    private CheckpointInfo info(KnownHeader known, Map<String, String> changes, long dataBytes) throws DamagedCheckpointException {
        metadata.put(HeaderText.STEP_KEY, Long.toString(known.header().step()));
        metadata.put(HeaderText.DIGEST_KEY, known.header().digest());
        metadata.putAll(changes);
        places = known.json().places();
        long step = step();
        String digest = required(HeaderText.DIGEST_KEY);
        Map<String, String> facts = new LinkedHashMap<>(known.header().facts());
        Map<String, Double> metrics = new LinkedHashMap<>(known.header().metrics());
        sort(facts, metrics, new LinkedHashMap<>());
        return new CheckpointInfo(version, step, StepNames.checkpoint(step), head.length + dataBytes, digest, Collections.unmodifiableMap(facts),
                Collections.unmodifiableMap(metrics), false);
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

    /** The version stands right behind the checksum, in all versions, so that it can be read before the rest. */
    private void checkVersion() throws CheckpointException {
        int at = HeaderText.CRC_OFFSET + 8;
        String text = new String(head, at, Math.min(head.length - at, 40), StandardCharsets.ISO_8859_1);
        Matcher m = VERSION.matcher(text);
        if (!m.lookingAt()) {
            throw damaged(at, "expected \"" + HeaderText.FORMAT_KEY + "\" and a version");
        }
        version = Integer.parseInt(m.group(1));
        if (version < HeaderText.OLDEST_VERSION || version > HeaderText.VERSION) {
            throw new UnsupportedVersionException(file, at + m.start(1), version, HeaderText.OLDEST_VERSION, HeaderText.VERSION);
        }
    }

    private Header header() throws DamagedCheckpointException {
        Map<String, String> facts = new LinkedHashMap<>();
        Map<String, Double> metrics = new LinkedHashMap<>();
        Map<String, Header.Entry> entries = new LinkedHashMap<>();
        long step = step();
        String digest = required(HeaderText.DIGEST_KEY);
        sort(facts, metrics, entries);
        for (String path : places.keySet()) {
            if (!entries.containsKey(path)) {
                throw damaged(path, 8, "a tensor without a checksum in " + HeaderText.METADATA);
            }
        }
        return new Header(version, step, digest, facts, metrics, entries);
    }

    private long step() throws DamagedCheckpointException {
        return whole(HeaderText.STEP_KEY, required(HeaderText.STEP_KEY));
    }

    /** Puts the facts, metrics and entries of the metadata each into its map. */
    private void sort(Map<String, String> facts, Map<String, Double> metrics, Map<String, Header.Entry> entries)
            throws DamagedCheckpointException {
        metadata.keySet().removeAll(List.of(HeaderText.CRC_KEY, HeaderText.FORMAT_KEY, HeaderText.STEP_KEY, HeaderText.DIGEST_KEY));
        for (Map.Entry<String, String> e : metadata.entrySet()) {
            String key = e.getKey();
            String name = key.substring(key.indexOf('/') + 1);
            if (!StatePath.isPath(name)) {
                throw unknown(key);
            } else if (key.startsWith(HeaderText.STATE)) {
                entries.put(name, entry(name, e.getValue()));
            } else if (key.startsWith(HeaderText.METRIC)) {
                metrics.put(name, real(key, e.getValue()));
            } else if (key.startsWith(HeaderText.FACT)) {
                facts.put(name, text(key, e.getValue()).value());
            } else {
                throw unknown(key);
            }
        }
    }

    private DamagedCheckpointException unknown(String key) {
        return damaged(8, "'" + printable(key) + "' is not part of format version " + version);
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
            case "tensor" -> new Header.Span(place.type(), place.shape(), place.begin(), place.end(), (int) bits(path, rest, 8));
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
        boolean areDigits = digits.length() == count;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            areDigits &= c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
        }
        if (!areDigits) {
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
            // Reported below, with the place.
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

    /** A text from a file, cut short, and without control characters that a terminal would obey. */
    static String printable(String text) {
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
