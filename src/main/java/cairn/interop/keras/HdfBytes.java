package cairn.interop.keras;

import cairn.interop.file.FileBytes;
import cairn.interop.file.ForeignFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;

/** The bytes of an HDF5 file: a file of the disk, or an entry of an archive, which is in memory. */
interface HdfBytes {

    /** The name of the file, for messages. */
    String name();

    long size();

    /** Fills {@code target} from byte {@code offset} on; less only where the file ends. Returns how many bytes. */
    int read(ByteBuffer target, long offset) throws IOException;

    /** Bytes that exist, little-endian, that belong to the caller. */
    ByteBuffer slice(long offset, long length, String where) throws IOException;

    static HdfBytes of(FileBytes file) {
        SeekableByteChannel channel = file.channel();
        return new HdfBytes() {
            @Override
            public String name() {
                return file.name();
            }

            @Override
            public long size() {
                return file.size();
            }

            @Override
            public synchronized int read(ByteBuffer target, long offset) throws IOException {
                return channel.position(offset).read(target);
            }

            @Override
            public ByteBuffer slice(long offset, long length, String where) throws IOException {
                return file.read(offset, length, where);
            }
        };
    }

    static HdfBytes of(String name, ByteBuffer bytes) {
        return new HdfBytes() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public long size() {
                return bytes.limit();
            }

            @Override
            public int read(ByteBuffer target, long offset) {
                if (offset >= bytes.limit()) {
                    return -1;
                }
                int n = (int) Math.min(target.remaining(), bytes.limit() - offset);
                target.put(bytes.slice((int) offset, n));
                return n;
            }

            @Override
            public ByteBuffer slice(long offset, long length, String where) throws IOException {
                if (offset < 0 || length < 0 || offset > bytes.limit() - length) {
                    throw new ForeignFileException(name, where, "expected " + length + " bytes from byte " + offset + " on, found "
                            + bytes.limit() + " in all");
                }
                return bytes.slice((int) offset, (int) length).order(ByteOrder.LITTLE_ENDIAN);
            }
        };
    }
}
