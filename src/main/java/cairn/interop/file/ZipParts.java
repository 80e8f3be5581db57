package cairn.interop.file;

import cairn.state.StateMemory;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipMethod;

/**
 * The entries of a zip archive, by name. An entry is stored as it is, or deflated; its size and its CRC-32 are checked, and a deflated entry
 * may unpack to at most {@value #MOST_RATIO} times its bytes.
 */
public final class ZipParts implements Closeable {
    private static final int MOST_ENTRIES = 1_000_000;
    private static final int MOST_RATIO = 1100;

    private final FileBytes file;
    private final ZipFile zip;
    private final Map<String, ZipArchiveEntry> entries = new LinkedHashMap<>();

    private ZipParts(FileBytes file, ZipFile zip) {
        this.file = file;
        this.zip = zip;
    }

    /** The archive in {@code file}, which stays open. */
    public static ZipParts of(FileBytes file) throws IOException {
        ZipParts parts;
        try {
            parts = new ZipParts(file, ZipFile.builder().setSeekableByteChannel(file.channel()).setIgnoreLocalFileHeader(true).get());
        } catch (IOException | RuntimeException e) {
            throw ForeignFileException.because(file.name(), "zip archive", e);
        }
        long packed = 0;
        Enumeration<ZipArchiveEntry> all = parts.zip.getEntries();
        while (all.hasMoreElements()) {
            ZipArchiveEntry entry = all.nextElement();
            if (parts.entries.put(entry.getName(), entry) != null) {
                throw new ForeignFileException(file.name(), "zip archive", "two entries are named " + entry.getName());
            } else if (parts.entries.size() > MOST_ENTRIES) {
                throw new ForeignFileException(file.name(), "zip archive", "has more than " + MOST_ENTRIES + " entries");
            }
            packed = Math.addExact(packed, Math.max(0, entry.getCompressedSize()));
            // Many entries could share the same bytes, and unpack to far more than each alone may.
            if (packed > file.size()) {
                throw new ForeignFileException(file.name(), "zip archive", "its entries overlap: they claim " + packed + " bytes or more, and"
                        + " the file has " + file.size());
            }
        }
        return parts;
    }

    /** The names, in the order of the archive's directory. */
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** The size of an entry that exists, unpacked, as the archive's directory states it. */
    public long size(String name) {
        return entries.get(name).getSize();
    }

    /**
     * The bytes of an entry that exists, little-endian, in memory of their own.
     *
     * @param most the largest size that makes sense
     */
    public ByteBuffer read(String name, long most) throws IOException {
        ZipArchiveEntry entry = entries.get(name);
        long size = entry.getSize();
        if (size < 0 || size > most || size > Integer.MAX_VALUE - 8) {
            throw problem(name, "expected at most " + Math.min(most, Integer.MAX_VALUE - 8) + " bytes, found " + size);
        } else if (entry.getGeneralPurposeBit().usesEncryption()) {
            throw problem(name, "is encrypted");
        }
        ByteBuffer bytes;
        CRC32 crc = new CRC32();
        if (entry.getMethod() == ZipMethod.STORED.getCode()) {
            if (entry.getCompressedSize() != size) {
                throw problem(name, "is stored in " + entry.getCompressedSize() + " bytes and claims to have " + size);
            }
            bytes = file.read(dataOffset(entry), size, name, crc::update);
        } else if (entry.getMethod() == ZipMethod.DEFLATED.getCode()) {
            // This is the most that deflate can reach, so a larger claim is false. It is refused before memory is taken.
            if (size > (entry.getCompressedSize() + 16) * MOST_RATIO || entry.getCompressedSize() > file.size()) {
                throw problem(name, "claims to unpack from " + entry.getCompressedSize() + " to " + size + " bytes");
            }
            bytes = inflated(name, entry, (int) size);
            crc.update(bytes.duplicate());
        } else {
            throw problem(name, "is packed by method " + entry.getMethod() + "; expected an entry that is stored, or deflated");
        }
        if (crc.getValue() != entry.getCrc()) {
            throw problem(name, "its CRC-32 is " + Long.toHexString(crc.getValue()) + ", the archive says "
                    + Long.toHexString(entry.getCrc()));
        }
        return bytes;
    }

    private long dataOffset(ZipArchiveEntry entry) throws IOException {
        try {
            // The library finds where the data begins when it opens the entry.
            zip.getRawInputStream(entry).close();
        } catch (IOException | RuntimeException e) {
            throw ForeignFileException.because(file.name(), entry.getName(), e);
        }
        return entry.getDataOffset();
    }

    private ByteBuffer inflated(String name, ZipArchiveEntry entry, int size) throws IOException {
        StateMemory.requireRoom("cannot read " + name + " of " + file.name(), size, 0);
        ByteBuffer bytes = StateMemory.allocate(size);
        byte[] portion = new byte[1 << 16];
        try (InputStream in = zip.getInputStream(entry)) {
            for (int n = in.read(portion); n >= 0; n = in.read(portion)) {
                if (n > bytes.remaining()) {
                    throw problem(name, "unpacks to more than the " + size + " bytes that it claims");
                }
                bytes.put(portion, 0, n);
            }
        } catch (ForeignFileException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw ForeignFileException.because(file.name(), name, e);
        }
        if (bytes.hasRemaining()) {
            throw problem(name, "unpacks to " + bytes.position() + " bytes and claims " + size);
        }
        return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    private ForeignFileException problem(String name, String problem) {
        return new ForeignFileException(file.name(), name, problem);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
