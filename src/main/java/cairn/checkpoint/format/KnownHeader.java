package cairn.checkpoint.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A header that was read and found right. The headers of a run differ in the strings of their metadata, and in little else. A header that
 * has the same bytes around these strings has the same keys, tensors and sizes. So only the strings that differ must be read.
 */
final class KnownHeader {
    private final byte[] head;
    private final long dataBytes;
    private final HeaderJson json;
    private final Header header;
    private final int[] cuts;
    private final List<String> keys;

    KnownHeader(byte[] head, long dataBytes, HeaderJson json, Header header) {
        this.head = head;
        this.dataBytes = dataBytes;
        this.json = json;
        this.header = header;
        this.cuts = json.cuts();
        this.keys = new ArrayList<>(json.metadata().keySet());
    }

    HeaderJson json() {
        return json;
    }

    Header header() {
        return header;
    }

    /**
     * The strings of another header's metadata that differ from those of this one, by their keys. Empty if it differs in anything else, or if
     * a string that differs has other characters than plain ones of ASCII.
     */
    Optional<Map<String, String>> changes(byte[] other, long otherDataBytes) {
        Map<String, String> changes = new LinkedHashMap<>();
        int from = CheckpointFile.LENGTH_BYTES;
        int at = from;
        for (int i = 0; i < keys.size(); i++) {
            int begin = cuts[2 * i];
            int end = cuts[2 * i + 1];
            if (!isSame(from, begin, other, at)) {
                return Optional.empty();
            }
            at += begin - from;
            // The closing quote is compared too, so a longer string differs.
            if (isSame(begin, end + 1, other, at)) {
                at += end - begin;
            } else {
                int quote = quote(other, at);
                if (quote < 0) {
                    return Optional.empty();
                }
                changes.put(keys.get(i), new String(other, at, quote - at, StandardCharsets.US_ASCII));
                at = quote;
            }
            from = end;
        }
        int jsonEnd = cuts[cuts.length - 1];
        boolean isAlike = dataBytes == otherDataBytes && other.length % 8 == 0 && isSame(from, jsonEnd, other, at)
                && areSpaces(other, at + jsonEnd - from);
        return isAlike ? Optional.of(changes) : Optional.empty();
    }

    private boolean isSame(int from, int to, byte[] other, int at) {
        return at + to - from <= other.length && Arrays.equals(head, from, to, other, at, at + to - from);
    }

    /** Where the string from {@code at} on ends; -1 if it has a character that is not plain. */
    private static int quote(byte[] other, int at) {
        for (int i = at; i < other.length; i++) {
            byte b = other[i];
            if (b == '"') {
                return i;
            } else if (b < ' ' || b > '~' || b == '\\') {
                return -1;
            }
        }
        return -1;
    }

    private static boolean areSpaces(byte[] other, int from) {
        for (int i = from; i < other.length; i++) {
            if (other[i] != ' ') {
                return false;
            }
        }
        return true;
    }
}
