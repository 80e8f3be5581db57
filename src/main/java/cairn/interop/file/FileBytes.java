package cairn.interop.file;

import cairn.disk.Disk;
import cairn.state.StateMemory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The bytes of an open file. Each read is checked against the size of the file before memory is allocated. */
public final class FileBytes implements Closeable {
    private static final long PORTION = 1 << 19;

    private final String name;
    private final Disk.Input input;
    private final long size;

    private FileBytes(String name, Disk.Input input, long size) {
        this.name = name;
        this.input = input;
        this.size = size;
    }

    public static FileBytes open(Path file, Disk disk) throws IOException {
        Disk.Input input = disk.open(file);
        try {
            return new FileBytes(file.toString(), input, input.size());
        } catch (IOException | RuntimeException e) {
            input.close();
            throw e;
        }
    }

    /** The name of the file, for messages. */
    public String name() {
        return name;
    }

    public long size() {
        return size;
    }

    /**
     * {@code length} bytes from {@code offset} on, little-endian, in memory of their own that belongs to the caller.
     *
     * @param where what they are, for messages
     * @throws ForeignFileException if the file does not have them
     */
    public ByteBuffer read(long offset, long length, String where) throws IOException {
        return read(offset, length, where, portion -> { });
    }

    /** The same, and shows each portion as soon as it is read, while it is in the processor's cache. */
    ByteBuffer read(long offset, long length, String where, Consumer<ByteBuffer> portions) throws IOException {
        if (offset < 0 || length < 0 || length > size || offset > size - length) {
            throw new ForeignFileException(name, where, "expected " + length + " bytes from byte " + offset + " on, the file has " + size);
        } else if (length > Integer.MAX_VALUE - 8) {
            throw new ForeignFileException(name, where, "has " + length + " bytes; one tensor may have up to 2 GiB");
        }
        StateMemory.requireRoom("cannot read " + where + " of " + name, length, 0);
        ByteBuffer bytes = StateMemory.allocate((int) length);
        for (int begin = 0; begin < length; begin = bytes.position()) {
            bytes.limit((int) Math.min(length, begin + PORTION));
            while (bytes.hasRemaining()) {
                if (input.read(bytes, offset + bytes.position()) <= 0) {
                    throw new ForeignFileException(name, where, "the file ends at byte " + (offset + bytes.position())
                            + ", although it was longer when it was opened");
                }
            }
            portions.accept(bytes.duplicate().position(begin));
        }
        return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The file as a channel that can only be read, for libraries. Closing it does not close the file. */
    public SeekableByteChannel channel() {
        return new Channel();
    }

    @Override
    public void close() throws IOException {
        input.close();
    }

    private final class Channel implements SeekableByteChannel {
        private long position;
        private boolean isClosed;

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (isClosed) {
                throw new ClosedChannelException();
            } else if (position >= size) {
                return -1;
            }
            int n = input.read(target, position);
            position += Math.max(n, 0);
            return n;
        }

        @Override
        public int write(ByteBuffer source) {
            throw new NonWritableChannelException();
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public SeekableByteChannel position(long to) {
            position = to;
            return this;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public SeekableByteChannel truncate(long to) {
            throw new NonWritableChannelException();
        }

        @Override
        public boolean isOpen() {
            return !isClosed;
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }
}
