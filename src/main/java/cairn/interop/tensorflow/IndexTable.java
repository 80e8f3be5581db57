package cairn.interop.tensorflow;

import cairn.interop.file.FileBytes;
import cairn.interop.file.ForeignFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The sorted table that an index is: LevelDB's format (tensorflow/core/lib/io/table_format.txt). Blocks of keys and values, each with a
 * checksum; then a block that says where these are; then a footer that says where that is. A key is written as how many of its bytes are
 * those of the key before it, and the rest.
 */
final class IndexTable {
    static final long MAGIC = 0xdb4775248b80fb57L;
    static final int FOOTER = 48;
    /** Behind each block: how it is packed, and its checksum. */
    private static final int TRAILER = 5;
    /** Far more than any model has; shared beginnings make a small file of many long keys large in memory. */
    private static final int MOST_KEYS = 100_000;
    private static final int LONGEST_KEY = 2000;

    private final FileBytes file;
    private final Map<String, ByteBuffer> entries = new LinkedHashMap<>();
    private byte[] last = {};
    private long end;

    private IndexTable(FileBytes file) {
        this.file = file;
    }

    /** Whether the file ends as such a table does. */
    static boolean is(FileBytes file) throws IOException {
        return file.size() >= FOOTER && file.read(file.size() - Long.BYTES, Long.BYTES, "footer").getLong() == MAGIC;
    }

    /**
     * All keys with their values, in the order of the keys' bytes; each byte of a key is a character, because not all of them are
     * texts.
     */
    static Map<String, ByteBuffer> read(FileBytes file) throws IOException {
        if (!is(file)) {
            throw new ForeignFileException(file.name(), "footer", "it does not end as the index of a TensorFlow checkpoint does");
        }
        IndexTable table = new IndexTable(file);
        ByteBuffer footer = file.read(file.size() - FOOTER, FOOTER, "footer");
        table.handle(footer, "footer");
        Handle index = table.handle(footer, "footer");
        ByteBuffer blocks = table.block(index, "index block");
        byte[] key = {};
        while (blocks.hasRemaining()) {
            key = table.key(blocks, key, "index block");
            ByteBuffer value = table.value(blocks, "index block");
            Handle data = table.handle(value, "index block");
            // A block that is named twice would be read twice: so a small file could keep this program busy for long.
            if (data.offset < table.end) {
                throw table.problem("index block", "the block at byte " + data.offset + " begins within the one before it");
            }
            table.end = data.offset + data.size + TRAILER;
            table.readData(table.block(data, "block at byte " + data.offset), "block at byte " + data.offset);
        }
        return table.entries;
    }

    private record Handle(long offset, long size) {
    }

    private Handle handle(ByteBuffer from, String where) throws ForeignFileException {
        long offset = Message.varint(from, file.name(), where);
        long size = Message.varint(from, file.name(), where);
        if (offset < 0 || size < 0 || offset > file.size() || size > file.size() - TRAILER - offset) {
            throw problem(where, "a block of " + size + " bytes at byte " + offset + " is not within the file's " + file.size() + " bytes");
        }
        return new Handle(offset, size);
    }

    /** The entries of a block, after its checksum was compared. */
    private ByteBuffer block(Handle handle, String where) throws IOException {
        ByteBuffer all = file.read(handle.offset, handle.size + TRAILER, where);
        int size = (int) handle.size;
        int packing = all.get(size);
        int crc = MaskedCrc.of(all.slice(0, size + 1));
        if (crc != all.getInt(size + 1)) {
            throw problem(where, "its checksum is " + Integer.toHexString(crc) + ", the file says "
                    + Integer.toHexString(all.getInt(size + 1)));
        } else if (packing != 0) {
            throw problem(where, "it is compressed (type " + packing + "); TensorFlow itself writes blocks that are not");
        } else if (size < Integer.BYTES) {
            throw problem(where, "it has " + size + " bytes; expected at least 4");
        }
        long restarts = all.getInt(size - Integer.BYTES) & 0xffffffffL;
        long begin = size - Integer.BYTES * (restarts + 1);
        if (begin < 0) {
            throw problem(where, "it claims to have " + restarts + " points of entry in " + size + " bytes");
        }
        return all.slice(0, (int) begin).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void readData(ByteBuffer block, String where) throws ForeignFileException {
        boolean isFirst = true;
        byte[] key = {};
        while (block.hasRemaining()) {
            key = key(block, key, where);
            if (!(entries.isEmpty() && isFirst) && Arrays.compareUnsigned(last, key) >= 0) {
                throw problem(where, "its keys are not in order");
            } else if (entries.size() == MOST_KEYS) {
                throw problem(where, "the table has more than " + MOST_KEYS + " keys");
            }
            isFirst = false;
            last = key;
            entries.put(new String(key, StandardCharsets.ISO_8859_1), value(block, where));
        }
    }

    /** The next key; its length, and that of its value, stand before it. */
    private byte[] key(ByteBuffer block, byte[] before, String where) throws ForeignFileException {
        long shared = Message.varint(block, file.name(), where);
        long rest = Message.varint(block, file.name(), where);
        valueBytes = Message.varint(block, file.name(), where);
        if (shared < 0 || shared > before.length || rest < 0 || rest > block.remaining() || shared + rest > LONGEST_KEY) {
            throw problem(where, "a key claims " + shared + " bytes of the one before it, which has " + before.length + ", and " + rest
                    + " more; a key has at most " + LONGEST_KEY);
        }
        byte[] key = Arrays.copyOf(before, (int) (shared + rest));
        block.get(key, (int) shared, (int) rest);
        return key;
    }

    private long valueBytes;

    private ByteBuffer value(ByteBuffer block, String where) throws ForeignFileException {
        if (valueBytes < 0 || valueBytes > block.remaining()) {
            throw problem(where, "a value claims " + valueBytes + " bytes, and " + block.remaining() + " follow");
        }
        ByteBuffer value = block.slice(block.position(), (int) valueBytes).order(ByteOrder.LITTLE_ENDIAN);
        block.position(block.position() + (int) valueBytes);
        return value;
    }

    private ForeignFileException problem(String where, String problem) {
        return new ForeignFileException(file.name(), where, problem);
    }
}
