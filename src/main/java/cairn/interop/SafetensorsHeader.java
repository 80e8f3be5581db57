package cairn.interop;

import cairn.checkpoint.format.HeaderText;
import cairn.interop.file.FileBytes;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file of any program (https://huggingface.co/docs/safetensors, {@code safetensors/src/tensor.rs}): as
 * strict as the reference reader. No key stands twice, the tensors cover the bytes behind the header without a hole and without an
 * overlap, and the header has at most 100 MB. Names, the order of keys, and alignment are free.
 *
 * @param begin the first byte behind the header
 * @param metadata the texts of {@code __metadata__}
 * @param places where each tensor stands, in the order of their bytes
 */
record SafetensorsHeader(long begin, Map<String, String> metadata, Map<String, Place> places) {
    private static final int MOST_BYTES = 100_000_000;
    private static final int MOST_TENSORS = 1 << 18;
    private static final int MOST_DIMENSIONS = 64;
    private static final int LONGEST_NAME = 1000;
    private static final int MOST_TEXTS = 1 << 18;

    /** @param from its first byte behind the header */
    record Place(FileTensor.Type type, long[] shape, long from, long to) {
    }

    /** Whether the file begins as one does: with the length of a header that fits, and the brace of its JSON. */
    static boolean is(FileBytes file) throws IOException {
        if (file.size() < 10) {
            return false;
        }
        ByteBuffer head = file.read(0, 9, "header");
        return head.getLong(0) >= 2 && head.getLong(0) <= Math.min(MOST_BYTES, file.size() - 8) && head.get(8) == '{';
    }

    static SafetensorsHeader read(FileBytes file) throws IOException {
        if (file.size() < 8) {
            throw new ForeignFileException(file.name(), "header", "expected at least 8 bytes, the file has " + file.size());
        }
        long length = file.read(0, Long.BYTES, "header").getLong();
        if (length < 2 || length > MOST_BYTES || length > file.size() - 8) {
            throw new ForeignFileException(file.name(), "header", "it claims " + length + " bytes; expected 2 to "
                    + Math.min(MOST_BYTES, file.size() - 8));
        }
        ByteBuffer head = file.read(8, length, "header");
        byte[] json = new byte[(int) length];
        head.get(json);
        return new Json(file.name(), json, file.size() - 8 - length).read(8 + length);
    }

    /** The library would take JSON with zero bytes for UTF-16 or UTF-32, which other readers refuse. */
    static void requireUtf8(String file, byte[] json) throws ForeignFileException {
        for (byte b : json) {
            if (b == 0) {
                throw new ForeignFileException(file, "header", "a zero byte stands in its JSON; expected UTF-8");
            }
        }
    }

    /** The JSON, token by token: only what may stand at a place is accepted there, so nothing is nested deeply. */
    private static final class Json {
        private final String file;
        private final byte[] json;
        private final long dataBytes;
        private final Map<String, String> metadata = new LinkedHashMap<>();
        private final Map<String, Place> places = new LinkedHashMap<>();
        private boolean hasMetadata;

        Json(String file, byte[] json, long dataBytes) {
            this.file = file;
            this.json = json;
            this.dataBytes = dataBytes;
        }

        SafetensorsHeader read(long begin) throws IOException {
            requireUtf8(file, json);
            try (JsonParser p = HeaderText.JSON.createParser(json)) {
                expect(p, "header", p.nextToken(), JsonToken.START_OBJECT);
                while (p.nextToken() == JsonToken.FIELD_NAME) {
                    if (p.currentName().equals(HeaderText.METADATA)) {
                        readMetadata(p);
                    } else {
                        readPlace(p, p.currentName());
                    }
                }
                expect(p, "header", p.currentToken(), JsonToken.END_OBJECT);
                for (int i = (int) p.currentLocation().getByteOffset(); i < json.length; i++) {
                    if (json[i] != ' ') {
                        throw problem("byte " + (8 + i), "something follows the JSON of the header");
                    }
                }
            } catch (JsonProcessingException e) {
                long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
                throw problem("byte " + (8 + at), "the header is no JSON: " + e.getOriginalMessage());
            } catch (CharConversionException e) {
                throw ForeignFileException.because(file, "header", e);
            }
            return new SafetensorsHeader(begin, metadata, inOrder());
        }

        private void readMetadata(JsonParser p) throws IOException {
            if (hasMetadata) {
                throw problem(HeaderText.METADATA, "it stands two times");
            }
            hasMetadata = true;
            expect(p, HeaderText.METADATA, p.nextToken(), JsonToken.START_OBJECT);
            while (p.nextToken() == JsonToken.FIELD_NAME) {
                String key = p.currentName();
                expect(p, HeaderText.METADATA, p.nextToken(), JsonToken.VALUE_STRING);
                if (metadata.put(key, p.getText()) != null) {
                    throw problem(HeaderText.METADATA, "'" + key + "' stands two times");
                } else if (metadata.size() > MOST_TEXTS) {
                    throw problem(HeaderText.METADATA, "has more than " + MOST_TEXTS + " texts");
                }
            }
            expect(p, HeaderText.METADATA, p.currentToken(), JsonToken.END_OBJECT);
        }

        private void readPlace(JsonParser p, String name) throws IOException {
            if (name.isEmpty() || name.length() > LONGEST_NAME) {
                throw problem("header", "a tensor's name has " + name.length() + " characters; expected 1 to " + LONGEST_NAME);
            }
            expect(p, name, p.nextToken(), JsonToken.START_OBJECT);
            String dtype = "";
            long[] shape = null;
            long[] offsets = null;
            while (p.nextToken() == JsonToken.FIELD_NAME) {
                String field = p.currentName();
                if (field.equals("dtype") && dtype.isEmpty()) {
                    expect(p, name, p.nextToken(), JsonToken.VALUE_STRING);
                    dtype = p.getText();
                } else if (field.equals("shape") && shape == null) {
                    shape = numbers(p, name);
                } else if (field.equals("data_offsets") && offsets == null) {
                    offsets = numbers(p, name);
                } else {
                    throw problem(name, "found the key \"" + field + "\"; expected dtype, shape and data_offsets, each once");
                }
            }
            expect(p, name, p.currentToken(), JsonToken.END_OBJECT);
            if (dtype.isEmpty() || shape == null || offsets == null || offsets.length != 2) {
                throw problem(name, "expected dtype, shape and two data_offsets");
            }
            FileTensor.Type type = type(name, dtype);
            long bytes = bytes(name, type, shape);
            if (offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > dataBytes) {
                throw problem(name, "data_offsets " + Arrays.toString(offsets) + " are not within the " + dataBytes
                        + " bytes behind the header");
            } else if (bytes != offsets[1] - offsets[0]) {
                throw problem(name, dtype + Arrays.toString(shape) + " takes " + bytes + " bytes, data_offsets are "
                        + Arrays.toString(offsets));
            } else if (places.put(name, new Place(type, shape, offsets[0], offsets[1])) != null) {
                throw problem(name, "two tensors have this name");
            } else if (places.size() > MOST_TENSORS) {
                throw problem(name, "the file has more than " + MOST_TENSORS + " tensors");
            }
        }

        private Map<String, Place> inOrder() throws ForeignFileException {
            List<Map.Entry<String, Place>> all = new ArrayList<>(places.entrySet());
            all.sort(Comparator.comparing((Map.Entry<String, Place> e) -> e.getValue().from()).thenComparing(e -> e.getValue().to()));
            Map<String, Place> inOrder = new LinkedHashMap<>();
            long end = 0;
            for (Map.Entry<String, Place> e : all) {
                if (e.getValue().from() != end) {
                    throw problem(e.getKey(), "its bytes begin at " + e.getValue().from() + "; expected " + end
                            + ", because tensors neither overlap nor leave a hole");
                }
                end = e.getValue().to();
                inOrder.put(e.getKey(), e.getValue());
            }
            if (end != dataBytes) {
                throw problem("header", "the tensors take " + end + " bytes, and " + dataBytes + " follow the header");
            }
            return inOrder;
        }

        private FileTensor.Type type(String name, String dtype) throws ForeignFileException {
            return switch (dtype) {
                case "F64" -> FileTensor.Type.FLOAT64;
                case "F32" -> FileTensor.Type.FLOAT32;
                case "F16" -> FileTensor.Type.FLOAT16;
                case "BF16" -> FileTensor.Type.BFLOAT16;
                case "I64" -> FileTensor.Type.INT64;
                case "I32" -> FileTensor.Type.INT32;
                case "I16" -> FileTensor.Type.INT16;
                case "I8" -> FileTensor.Type.INT8;
                case "U8" -> FileTensor.Type.UINT8;
                case "U16" -> FileTensor.Type.UINT16;
                case "U32" -> FileTensor.Type.UINT32;
                case "BOOL" -> FileTensor.Type.BOOL;
                default -> throw new ForeignFileException(file, name, "has the type " + dtype
                        + "; known: F64, F32, F16, BF16, I64, I32, I16, I8, U8, U16, U32, BOOL", "Convert it to F32 where it was written.");
            };
        }

        private long bytes(String name, FileTensor.Type type, long[] shape) throws ForeignFileException {
            long bytes = type.bytes();
            for (long size : shape) {
                if (size < 0 || Math.multiplyHigh(bytes, size) != 0 || bytes * size < 0) {
                    throw problem(name, "the shape " + Arrays.toString(shape) + " is no shape of a tensor");
                }
                bytes *= size;
            }
            return bytes;
        }

        private long[] numbers(JsonParser p, String name) throws IOException {
            expect(p, name, p.nextToken(), JsonToken.START_ARRAY);
            List<Long> numbers = new ArrayList<>();
            while (p.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                numbers.add(p.getLongValue());
                if (numbers.size() > MOST_DIMENSIONS) {
                    throw problem(name, "has more than " + MOST_DIMENSIONS + " dimensions");
                }
            }
            expect(p, name, p.currentToken(), JsonToken.END_ARRAY);
            return numbers.stream().mapToLong(Long::longValue).toArray();
        }

        private void expect(JsonParser p, String where, JsonToken found, JsonToken expected) throws ForeignFileException {
            if (found != expected) {
                throw problem(where, "expected " + expected + " at byte " + (8 + Math.max(0, p.currentTokenLocation().getByteOffset()))
                        + ", found " + (found == null ? "the end" : found));
            }
        }

        private ForeignFileException problem(String where, String problem) {
            return new ForeignFileException(file, where, problem);
        }
    }
}
