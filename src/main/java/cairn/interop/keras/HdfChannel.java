package cairn.interop.keras;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * What the HDF5 library reads through. It may read only so much in all: the structures of a file can refer to each other so that they are
 * read for ever, or as often as 2 to the number of structures.
 */
final class HdfChannel extends FileChannel {
    /** Each read counts as this many bytes at least. */
    private static final int PER_READ = 64;
    private static final long ALWAYS = 16 << 20;
    private static final int TIMES_THE_FILE = 16;

    private final HdfBytes bytes;
    private long position;
    private long left;

    HdfChannel(HdfBytes bytes) {
        this.bytes = bytes;
        left = ALWAYS + TIMES_THE_FILE * bytes.size();
    }

    @Override
    public synchronized int read(ByteBuffer target, long offset) throws IOException {
        left -= Math.max(PER_READ, target.remaining());
        if (left < 0) {
            throw new IOException("the parts of the file refer to each other in a circle, or far too often");
        } else if (offset < 0) {
            throw new IOException("a part of the file should stand at byte " + offset);
        }
        return bytes.read(target, offset);
    }

    @Override
    public synchronized int read(ByteBuffer target) throws IOException {
        int n = read(target, position);
        position += Math.max(n, 0);
        return n;
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized long position() {
        return position;
    }

    @Override
    public synchronized FileChannel position(long to) {
        position = to;
        return this;
    }

    @Override
    public long size() {
        return bytes.size();
    }

    /** The library reads instead. */
    @Override
    public MappedByteBuffer map(MapMode mode, long offset, long length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new NonWritableChannelException();
    }

    @Override
    public int write(ByteBuffer source, long offset) {
        throw new NonWritableChannelException();
    }

    @Override
    public FileChannel truncate(long to) {
        throw new NonWritableChannelException();
    }

    @Override
    public void force(boolean metaData) {
        // Nothing is ever written.
    }

    @Override
    public long transferTo(long offset, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long offset, long count) {
        throw new NonWritableChannelException();
    }

    @Override
    public FileLock lock(long offset, long length, boolean isShared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long offset, long length, boolean isShared) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void implCloseChannel() {
        // The file belongs to its opener.
    }
}
