package cairn.interop.keras;

import cairn.disk.Disk;
import cairn.interop.file.FileStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A zip archive that is written, with stored entries. The same entries give the same bytes. */
final class KerasArchive {
    /** No clock is read. Java would add another field for a date before February 1980. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private final ZipOutputStream zip;

    KerasArchive(Disk.Output out) {
        zip = new ZipOutputStream(new FileStream(out));
    }

    /** Writes the directory; the file stays open. */
    void finish() throws IOException {
        zip.finish();
    }

    /** What an entry is made of: writes it, always the same bytes, and returns how many. */
    interface Content {
        long write(Disk.Output out) throws IOException;
    }

    static Content text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return out -> {
            out.write(ByteBuffer.wrap(bytes));
            return bytes.length;
        };
    }

    /** A stored entry. Its size and checksum stand before its bytes, so the bytes are made twice. */
    void entry(String name, Content content) throws IOException {
        CRC32 crc = new CRC32();
        long size = content.write(output(new OutputStream() {
            @Override
            public void write(int b) {
                crc.update(b);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                crc.update(bytes, from, length);
            }
        }));
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(size);
        entry.setCrc(crc.getValue());
        entry.setTimeLocal(TIME);
        zip.putNextEntry(entry);
        content.write(output(zip));
        zip.closeEntry();
    }

    private static Disk.Output output(OutputStream stream) {
        return new Disk.Output() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                ByteBuffer from = bytes.duplicate();
                byte[] portion = new byte[Math.min(1 << 16, from.remaining())];
                while (from.hasRemaining()) {
                    int n = Math.min(portion.length, from.remaining());
                    from.get(portion, 0, n);
                    stream.write(portion, 0, n);
                }
            }

            @Override
            public void force() {
                // The file around it is forced.
            }

            @Override
            public void close() {
                // The file around it is closed.
            }
        };
    }
}
