package cairn.checkpoint.format;

import cairn.state.ElementType;
import cairn.state.StatePath;
import cairn.state.Value;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The JSON of a header, token by token. Only what may stand at a place is accepted there, so nothing is nested deeply; no key stands
 * twice; and every number is checked against the size of the file before it is used.
 */
final class HeaderJson {
    /** A tensor as the JSON has it, before its checksum is known. */
    record Place(ElementType type, List<Long> shape, long begin, long end) {
    }

    private final String file;
    private final byte[] head;
    private final long dataBytes;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final List<Integer> cuts = new ArrayList<>();
    private int jsonEnd;
    private long end;

    private HeaderJson(String file, byte[] head, long dataBytes) {
        this.file = file;
        this.head = head;
        this.dataBytes = dataBytes;
    }

    /** The JSON within {@code head}, whose first 8 bytes are its length, of a file with {@code dataBytes} more bytes. */
    static HeaderJson read(String file, byte[] head, long dataBytes) throws DamagedCheckpointException {
        HeaderJson json = new HeaderJson(file, head, dataBytes);
        json.readJson();
        return json;
    }

    /** The strings of {@code __metadata__}, in their order. */
    Map<String, String> metadata() {
        return metadata;
    }

    /** The tensors, in the order of the file. */
    Map<String, Place> places() {
        return places;
    }

    /** Where each string of the metadata begins, and where it ends, without its quotes; last, where the JSON ends. */
    int[] cuts() {
        return IntStream.concat(cuts.stream().mapToInt(Integer::intValue), IntStream.of(jsonEnd)).toArray();
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
            jsonEnd = 8 + (int) p.currentLocation().getByteOffset();
            checkPadding(jsonEnd);
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
            cuts.add((int) at(p) + 1);
            cuts.add(8 + (int) p.currentLocation().getByteOffset() - 1);
            // Besides entries, facts and metrics there are four keys of the format's own.
            if (metadata.size() > HeaderText.MOST_ENTRIES + 4) {
                throw damaged(at(p), "more than " + HeaderText.MOST_ENTRIES + " entries, facts and metrics");
            }
        }
        expect(p, p.currentToken(), JsonToken.END_OBJECT);
    }

    private void readPlace(JsonParser p, String path) throws IOException {
        if (!StatePath.isPath(path)) {
            throw damaged(at(p), "'" + printable(path) + "' is no state path");
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
            throw damaged(path, at(p), "data_offsets " + offsets + "; expected [" + end + ", at most " + dataBytes + "], without a hole");
        }
        long bytes = bytesOf(p, path, type, shape);
        if (bytes != offsets.get(1) - end) {
            throw damaged(path, at(p), type.label() + shape + " takes " + bytes + " bytes, data_offsets are " + offsets);
        }
        if (end % type.bytes() != 0) {
            throw damaged(path, at(p), "its bytes begin at " + end + ", not at a multiple of " + type.bytes());
        }
        if (bytes > Integer.MAX_VALUE) {
            throw damaged(path, at(p), "a tensor of " + bytes + " bytes; one has less than 2 GiB");
        }
        if (places.size() == HeaderText.MOST_ENTRIES) {
            throw damaged(path, at(p), "more than " + HeaderText.MOST_ENTRIES + " tensors");
        }
        if (places.put(path, new Place(type, shape, end, offsets.get(1))) != null) {
            throw damaged(path, at(p), "two tensors have this path");
        }
        end = offsets.get(1);
    }

    private long bytesOf(JsonParser p, String path, ElementType type, List<Long> shape) throws DamagedCheckpointException {
        try {
            return Value.Tensor.bytesOf(type, shape.stream().mapToLong(Long::longValue).toArray());
        } catch (IllegalArgumentException e) {
            throw damaged(path, at(p), e.getMessage());
        }
    }

    private ElementType elementType(JsonParser p) throws IOException {
        return switch (p.getText()) {
            case "F64" -> ElementType.F64;
            case "I64" -> ElementType.I64;
            case "F32" -> ElementType.F32;
            case "I32" -> ElementType.I32;
            case "U8" -> ElementType.U8;
            default -> throw damaged(at(p), "dtype '" + printable(p.getText()) + "'; known: F64, I64, F32, I32, U8");
        };
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
            if (numbers.size() > HeaderText.MOST_DIMENSIONS) {
                throw damaged(at(p), "more than " + HeaderText.MOST_DIMENSIONS + " numbers");
            }
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

    private static long at(JsonParser p) {
        return 8 + Math.max(0, p.currentTokenLocation().getByteOffset());
    }

    private static String printable(String text) {
        return HeaderParser.printable(text);
    }

    private DamagedCheckpointException damaged(long offset, String found) {
        return damaged("header", offset, found);
    }

    private DamagedCheckpointException damaged(String where, long offset, String found) {
        return new DamagedCheckpointException(file, where, offset, found);
    }
}
