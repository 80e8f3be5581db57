package cairn.interop;

import cairn.checkpoint.format.HeaderText;
import cairn.disk.Disk;
import cairn.interop.file.FileBytes;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Safetensors files that hold the tensors of one model together, and an index ({@code model.safetensors.index.json}) that says which
 * tensor is in which file (huggingface_hub, {@code serialization/_base.py}). The index may name files beside it, and nothing that lies
 * elsewhere; each tensor must be in the file that it names, and each file must hold no other one.
 */
public final class ShardedSafetensors {
    private static final int MOST_BYTES = 100_000_000;
    private static final int MOST_TENSORS = 1 << 18;
    private static final int SHOWN = 5;
    static final String FORMAT = "sharded safetensors";
    private static final String MAP = "weight_map";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+=@-]{0,199}\\.safetensors");

    private ShardedSafetensors() {
    }

    /** What the index says: the file of each tensor, and facts. */
    private record Index(Map<String, String> files, Map<String, String> facts) {
        Iterable<String> inOrder() {
            return new TreeSet<>(files.values());
        }
    }

    /** The tensors of all files that {@code index} names. */
    public static TensorFile read(Path index, Disk disk) throws IOException {
        Index map = index(index, disk);
        Map<String, FileTensor> tensors = new LinkedHashMap<>();
        Map<String, String> facts = new LinkedHashMap<>(map.facts);
        for (String name : map.inOrder()) {
            Map<String, FileTensor> found = new LinkedHashMap<>();
            try (FileBytes shard = FileBytes.open(index.resolveSibling(name), disk)) {
                SafetensorsFile.tensors(shard, found).forEach(facts::putIfAbsent);
            }
            List<String> extra = found.keySet().stream().filter(t -> !name.equals(map.files.get(t))).toList();
            List<String> missing = map.files.entrySet().stream().filter(e -> e.getValue().equals(name) && !found.containsKey(e.getKey()))
                    .map(Map.Entry::getKey).toList();
            if (!extra.isEmpty() || !missing.isEmpty()) {
                throw new ForeignFileException(index.toString(), MAP, name + " does not hold what it should:"
                        + (missing.isEmpty() ? "" : " missing " + few(missing))
                        + (extra.isEmpty() ? "" : " not in the map, or of another file " + few(extra)));
            }
            tensors.putAll(found);
        }
        return SafetensorsFile.file(FORMAT, tensors, facts);
    }

    /** The index, and the files that it names, in the order of their names. */
    static List<Path> files(Path index, Disk disk) throws IOException {
        List<Path> files = new ArrayList<>(List.of(index));
        index(index, disk).inOrder().forEach(name -> files.add(index.resolveSibling(name)));
        return files;
    }

    private static Index index(Path index, Disk disk) throws IOException {
        String file = index.toString();
        byte[] json;
        try (FileBytes bytes = FileBytes.open(index, disk)) {
            if (bytes.size() > MOST_BYTES) {
                throw new ForeignFileException(file, "", "an index has at most " + MOST_BYTES + " bytes, this file has " + bytes.size());
            }
            ByteBuffer all = bytes.read(0, bytes.size(), "index");
            json = new byte[all.remaining()];
            all.get(json);
        }
        SafetensorsHeader.requireUtf8(file, json);
        Map<String, String> files = new LinkedHashMap<>();
        Map<String, String> facts = new LinkedHashMap<>();
        try (JsonParser p = HeaderText.JSON.createParser(json)) {
            require(file, p.nextToken() == JsonToken.START_OBJECT, "expected a JSON object");
            boolean hasMap = false;
            while (p.nextToken() == JsonToken.FIELD_NAME) {
                String key = p.currentName();
                JsonToken value = p.nextToken();
                if (key.equals(MAP)) {
                    require(file, !hasMap, MAP + " stands two times");
                    require(file, value == JsonToken.START_OBJECT, MAP + " is no object");
                    hasMap = true;
                    readMap(file, p, files);
                } else if (key.equals("metadata") && value == JsonToken.START_OBJECT) {
                    readFacts(p, facts);
                } else {
                    p.skipChildren();
                }
            }
            require(file, hasMap && p.currentToken() == JsonToken.END_OBJECT && p.nextToken() == null,
                    "expected one JSON object with the key " + MAP);
        } catch (JsonProcessingException e) {
            long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
            throw new ForeignFileException(file, "byte " + at, e.getOriginalMessage());
        } catch (CharConversionException e) {
            throw ForeignFileException.because(file, "index", e);
        }
        return new Index(files, facts);
    }

    private static void readMap(String file, JsonParser p, Map<String, String> files) throws IOException {
        while (p.nextToken() == JsonToken.FIELD_NAME) {
            String tensor = p.currentName();
            require(file, p.nextToken() == JsonToken.VALUE_STRING, "the file of " + tensor + " is no text");
            String shard = p.getText();
            if (!PLAIN.matcher(shard).matches()) {
                throw new ForeignFileException(file, tensor, "it is said to be in \"" + shard
                        + "\"; expected the plain name of a .safetensors file beside the index");
            }
            require(file, files.put(tensor, shard) == null, tensor + " stands two times");
            require(file, files.size() <= MOST_TENSORS, MAP + " has more than " + MOST_TENSORS + " tensors");
        }
        require(file, p.currentToken() == JsonToken.END_OBJECT, MAP + " does not end");
    }

    /** Numbers and texts, such as the size of all tensors together; the rest is skipped. */
    private static void readFacts(JsonParser p, Map<String, String> facts) throws IOException {
        while (p.nextToken() == JsonToken.FIELD_NAME) {
            String key = p.currentName();
            if (p.nextToken().isScalarValue()) {
                facts.put(key, p.getText());
            } else {
                p.skipChildren();
            }
        }
    }

    private static void require(String file, boolean holds, String problem) throws ForeignFileException {
        if (!holds) {
            throw new ForeignFileException(file, "index", problem);
        }
    }

    private static String few(List<String> names) {
        List<String> shown = new ArrayList<>(names.subList(0, Math.min(SHOWN, names.size())));
        return String.join(", ", shown) + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
    }
}
