package cairn.interop.tensorflow;

import cairn.disk.Disk;
import cairn.interop.file.FileBytes;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The tensors of an index and its data files, by their keys (tensorflow/core/util/tensor_bundle). The data files stand beside the index;
 * their names are made of its name and two numbers, so that a file cannot name another one.
 */
final class TensorBundle {
    static final String INDEX = ".index";
    private static final int MOST_SHARDS = 100_000;
    private static final int KNOWN_VERSION = 1;

    private final String name;
    private final Map<String, BundleEntry> entries = new LinkedHashMap<>();
    private final Map<String, FileTensor> tensors = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private Optional<ByteBuffer> graph = Optional.empty();
    private int shards = 1;

    private TensorBundle(String name) {
        this.name = name;
    }

    /** The whole of it; each byte of a tensor is checked against its checksum. */
    static TensorBundle read(Path index, Disk disk) throws IOException {
        TensorBundle bundle = new TensorBundle(index.toString());
        try (FileBytes file = FileBytes.open(index, disk)) {
            bundle.readEntries(IndexTable.read(file));
        }
        List<Map.Entry<String, BundleEntry>> all = new ArrayList<>(bundle.entries.entrySet());
        all.sort(Comparator.comparing((Map.Entry<String, BundleEntry> e) -> e.getValue().shard()).thenComparing(e -> e.getValue().offset())
                .thenComparing(e -> e.getValue().size()));
        int at = 0;
        while (at < all.size()) {
            int shard = all.get(at).getValue().shard();
            int end = at;
            while (end < all.size() && all.get(end).getValue().shard() == shard) {
                end++;
            }
            bundle.readShard(bundle.dataFile(index, shard), all.subList(at, end), disk);
            at = end;
        }
        return bundle;
    }

    /** The tensors that are read here, in no order. */
    Map<String, FileTensor> tensors() {
        return tensors;
    }

    /** The description of the objects that were saved, if there is one. */
    Optional<ByteBuffer> graph() {
        return graph;
    }

    List<String> notes() {
        return notes;
    }

    private void readEntries(Map<String, ByteBuffer> table) throws ForeignFileException {
        ByteBuffer header = table.get("");
        if (header == null) {
            throw problem("header", "the index has no header, which has the empty key");
        }
        readHeader(new Message(name, "header", header));
        for (Map.Entry<String, ByteBuffer> e : table.entrySet()) {
            // The parts of sliced tensors have keys that begin with a zero and are no texts. The whole has a key of its own.
            if (e.getKey().startsWith("\0") || e.getKey().isEmpty()) {
                continue;
            }
            String key = new String(e.getKey().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            BundleEntry entry = BundleEntry.read(name, key, e.getValue());
            if (entry.isSliced()) {
                throw new ForeignFileException(name, key, "is a partitioned variable: it was saved in slices",
                        "Restore it in TensorFlow into a variable of one piece, and save that.");
            } else if (entry.shard() >= shards) {
                throw problem(key, "it stands in data file " + entry.shard() + " of " + shards);
            } else if (entry.type().isEmpty() && entry.dtype() != BundleEntry.STRING) {
                notes.add(key + " is left out, because its type " + entry.typeName() + " is not read");
            } else if (entry.dtype() == BundleEntry.STRING && !key.equals(ObjectGraph.KEY)) {
                notes.add(key + " is left out, because it holds texts");
            } else if (entries.put(key, entry) != null) {
                throw problem(key, "two tensors have this name");
            }
        }
    }

    /** {@code BundleHeaderProto}. */
    private void readHeader(Message m) throws ForeignFileException {
        long claimed = 0;
        for (int field = m.next(); field != 0; field = m.next()) {
            if (field == 1) {
                claimed = m.number();
            } else if (field == 2 && m.number() != 0) {
                throw problem("header", "its numbers are big-endian; this machine's and all common ones are little-endian");
            } else if (field == 3) {
                Message version = m.message();
                for (int f = version.next(); f != 0; f = version.next()) {
                    if (f == 2 && version.number() > KNOWN_VERSION) {
                        throw problem("header", "it asks for a reader of format version " + version.number() + "; known: " + KNOWN_VERSION);
                    }
                }
            }
        }
        if (claimed < 1 || claimed > MOST_SHARDS) {
            throw problem("header", "it claims to have " + claimed + " data files; expected 1 to " + MOST_SHARDS);
        }
        shards = (int) claimed;
    }

    private Path dataFile(Path index, int shard) {
        String prefix = index.getFileName().toString();
        prefix = prefix.substring(0, prefix.length() - INDEX.length());
        return index.resolveSibling(String.format(Locale.ROOT, "%s.data-%05d-of-%05d", prefix, shard, shards));
    }

    /** Entries in the order of their offsets. Two that overlap would need more memory than there are bytes in the file. */
    private void readShard(Path data, List<Map.Entry<String, BundleEntry>> inOrder, Disk disk) throws IOException {
        try (FileBytes file = FileBytes.open(data, disk)) {
            long end = 0;
            for (Map.Entry<String, BundleEntry> e : inOrder) {
                BundleEntry entry = e.getValue();
                if (entry.offset() < end) {
                    throw new ForeignFileException(data.toString(), e.getKey(), "it begins at byte " + entry.offset()
                            + ", within the tensor before it");
                }
                end = entry.offset() + entry.size();
                if (entry.type().isPresent()) {
                    readTensor(file, e.getKey(), entry, entry.type().get());
                } else {
                    graph = Optional.of(readText(file, entry));
                }
            }
        }
    }

    private void readTensor(FileBytes file, String key, BundleEntry entry, FileTensor.Type type) throws IOException {
        ByteBuffer bytes = file.read(entry.offset(), entry.size(), key);
        requireCrc(file, key, entry.crc(), MaskedCrc.of(bytes));
        try {
            tensors.put(key, FileTensor.of(type, entry.shape(), bytes));
        } catch (IllegalArgumentException e) {
            throw ForeignFileException.because(file.name(), key, e);
        }
    }

    /**
     * A tensor of one text: its length, the checksum of that length in 4 bytes, its bytes. The checksum of the whole counts the length as 4
     * bytes too ({@code WriteStringTensor} in tensor_bundle.cc).
     */
    private ByteBuffer readText(FileBytes file, BundleEntry entry) throws IOException {
        String where = ObjectGraph.KEY;
        ByteBuffer bytes = file.read(entry.offset(), entry.size(), where);
        long length = Message.varint(bytes, file.name(), where);
        if (length < 0 || length != bytes.remaining() - (long) Integer.BYTES) {
            throw new ForeignFileException(file.name(), where, "a text of " + length + " bytes in " + entry.size()
                    + " bytes; expected one text that fills them");
        }
        ByteBuffer four = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, (int) length);
        requireCrc(file, where, bytes.getInt(bytes.position()), MaskedCrc.of(four));
        requireCrc(file, where, entry.crc(), MaskedCrc.of(four, bytes));
        return bytes.slice(bytes.position() + Integer.BYTES, (int) length);
    }

    private static void requireCrc(FileBytes file, String key, int expected, int found) throws ForeignFileException {
        if (expected != found) {
            throw new ForeignFileException(file.name(), key, "the checksum of its bytes is " + Integer.toHexString(found)
                    + ", the index says " + Integer.toHexString(expected));
        }
    }

    private ForeignFileException problem(String where, String problem) {
        return new ForeignFileException(name, where, problem);
    }
}
