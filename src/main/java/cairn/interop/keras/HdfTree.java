package cairn.interop.keras;

import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import cairn.state.MemoryException;
import io.jhdf.GlobalHeap;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.object.datatype.OpaqueDataType;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The groups and arrays of an HDF5 file by their paths, such as {@code layers/dense/vars/0}. A library reads the structure; the numbers
 * are read here. A link to another place or file is refused, as Keras refuses it; so is a group that stands at two places.
 */
final class HdfTree {
    private static final int DEEPEST = 64;
    private static final int MOST_OBJECTS = 1_000_000;
    private static final int MOST_TEXT = 64 << 20;
    /** What gzip can reach at most. */
    private static final int MOST_RATIO = 1100;

    private final HdfBytes bytes;
    private final HdfFile file;
    private final Map<String, Node> groups = new LinkedHashMap<>();
    private final Map<String, Dataset> arrays = new LinkedHashMap<>();
    private final Set<String> counted = new HashSet<>();
    private long claimed;

    private interface Reading<T> {
        T read() throws IOException;
    }

    private HdfTree(HdfBytes bytes) throws IOException {
        this.bytes = bytes;
        file = guarded("HDF5", () -> new HdfFile(new HdfChannel(bytes)));
        long end = file.getHdfBackingStorage().getSuperblock().getEndOfFileAddress();
        if (end > bytes.size()) {
            throw problem("HDF5", "the file should end at byte " + end + ", it has " + bytes.size() + " bytes");
        }
        walk("", file, new HashSet<>(), 0);
    }

    static HdfTree of(HdfBytes bytes) throws IOException {
        return new HdfTree(bytes);
    }

    private void walk(String path, Group group, Set<Long> seen, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw problem(path, "groups stand more than " + DEEPEST + " deep in each other");
        } else if (!seen.add(group.getAddress())) {
            throw problem(path, "is a group that stands at another place too; expected groups without circles");
        }
        groups.put(path, group);
        Map<String, Node> children = guarded(path, group::getChildren);
        for (Map.Entry<String, Node> child : children.entrySet()) {
            String name = path.isEmpty() ? child.getKey() : path + "/" + child.getKey();
            Node node = child.getValue();
            if (node.isLink()) {
                throw problem(name, "is a link to another place or file; expected numbers that stand in this file at this place");
            } else if (groups.size() + arrays.size() > MOST_OBJECTS) {
                throw problem(name, "the file has more than " + MOST_OBJECTS + " objects");
            } else if (node instanceof Group inner) {
                walk(name, inner, seen, depth + 1);
            } else if (node instanceof Dataset array) {
                arrays.put(name, array);
            }
        }
    }

    /** The paths of all arrays. */
    Set<String> arrays() {
        return arrays.keySet();
    }

    /** The paths of all groups; that of the root is empty. */
    Set<String> groups() {
        return groups.keySet();
    }

    /** An array that exists. */
    FileTensor tensor(String path) throws IOException {
        Dataset array = arrays.get(path);
        HdfArray numbers = guarded(path, () -> HdfArray.of(array, bytes.name(), path, bytes.size()));
        if (counted.add(path)) {
            // Many arrays can stand at one place: then a small file would take far more memory than it has bytes.
            claimed = Math.addExact(claimed, numbers.isWhole() ? numbers.bytes() : numbers.bytes() / MOST_RATIO);
        }
        if (claimed > bytes.size()) {
            throw problem(path, "the arrays claim more bytes together than the file has, " + bytes.size() + "; some stand at one place");
        } else if (numbers.isWhole()) {
            return numbers.tensor(bytes.slice(Math.addExact(file.getUserBlockSize(), numbers.address()), numbers.bytes(), path));
        }
        return numbers.tensor(guarded(path, numbers::unpacked));
    }

    /** An attribute with one text. */
    Optional<String> text(String group, String name) throws IOException {
        List<String> all = texts(group, name);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(0));
    }

    /** An attribute that is a list of texts. Keras cuts a long list in parts, whose names end in 0, 1 and so on. */
    List<String> list(String group, String name) throws IOException {
        List<String> all = new ArrayList<>(texts(group, name));
        for (int part = 0; has(group, name + part); part++) {
            all.addAll(texts(group, name + part));
        }
        return all;
    }

    boolean has(String group, String name) throws IOException {
        Node node = groups.get(group);
        return node != null && guarded(group, () -> node.getAttribute(name)) != null;
    }

    private List<String> texts(String group, String name) throws IOException {
        String where = (group.isEmpty() ? "" : group + ": ") + "attribute " + name;
        Node node = groups.get(group);
        return node == null ? List.of() : guarded(where, () -> {
            Attribute attribute = node.getAttribute(name);
            return attribute == null ? List.of() : texts(where, attribute);
        });
    }

    private List<String> texts(String where, Attribute attribute) throws IOException {
        ByteBuffer raw = attribute.getBuffer();
        long count = attribute.getSize();
        int width = attribute.getDataType().getSize();
        if (count == 0 || raw == null) {
            return List.of();
        } else if (width < 1 || count < 0 || count > raw.remaining() / width) {
            throw problem(where, "claims to have " + count + " texts of " + width + " bytes in " + raw.remaining() + " bytes");
        }
        List<String> texts = new ArrayList<>();
        if (attribute.getDataType() instanceof StringData) {
            for (int i = 0; i < count; i++) {
                byte[] text = new byte[width];
                raw.get(text);
                int length = 0;
                while (length < width && text[length] != 0) {
                    length++;
                }
                texts.add(new String(text, 0, length, StandardCharsets.UTF_8));
            }
        } else if (attribute.getDataType() instanceof VariableLength kind && kind.isVariableLengthString()) {
            raw.order(ByteOrder.LITTLE_ENDIAN);
            Map<Long, GlobalHeap> heaps = new HashMap<>();
            long total = 0;
            for (int i = 0; i < count; i++) {
                ByteBuffer text = heapText(raw, heaps);
                total += text.remaining();
                if (total > MOST_TEXT) {
                    throw problem(where, "has more than " + MOST_TEXT + " bytes of text");
                }
                texts.add(StandardCharsets.UTF_8.decode(text).toString());
            }
        }
        return texts;
    }

    /** A text of any length: its length, the address of the heap that it stands in, its number there. */
    private ByteBuffer heapText(ByteBuffer raw, Map<Long, GlobalHeap> heaps) {
        int length = raw.getInt();
        long address = file.getHdfBackingStorage().getSizeOfOffsets() == 4 ? raw.getInt() : raw.getLong();
        int index = raw.getInt();
        if (length == 0 || index == 0) {
            return ByteBuffer.allocate(0);
        }
        ByteBuffer text = heaps.computeIfAbsent(address, at -> new GlobalHeap(file.getHdfBackingStorage(), at)).getObjectData(index);
        return length < 0 || length > text.remaining() ? text : text.slice(0, length);
    }

    /** What the library and the checks here find. A file can also make the library call itself too deep, or ask for too much memory. */
    private <T> T guarded(String where, Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (MemoryException e) {
            throw e;
        } catch (RuntimeException e) {
            Throwable first = e;
            while (first.getCause() != null && first.getCause() != first) {
                first = first.getCause();
            }
            if (Stream.of(first.getStackTrace()).anyMatch(call -> call.getClassName().equals(OpaqueDataType.class.getName()))) {
                throw new ForeignFileException(bytes.name(), where, "has numbers of a kind without a name, as Keras writes bfloat16",
                        "Convert the weights to float32 in Keras, and save them again.");
            }
            throw ForeignFileException.because(bytes.name(), where, first);
        } catch (StackOverflowError e) {
            throw problem(where, "its parts stand too deep in each other, or in a circle");
        } catch (OutOfMemoryError e) {
            throw problem(where, "a part of it claims to be larger than the memory that there is");
        }
    }

    private ForeignFileException problem(String where, String problem) {
        return new ForeignFileException(bytes.name(), where, problem);
    }
}
