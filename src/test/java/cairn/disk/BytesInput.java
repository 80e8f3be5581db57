package cairn.disk;

import java.nio.ByteBuffer;

/** A file being read that is an array of bytes. */
record BytesInput(byte[] bytes) implements Disk.Input {
    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public int read(ByteBuffer target, long offset) {
        int count = (int) Math.max(0, Math.min(target.remaining(), bytes.length - offset));
        target.put(bytes, (int) offset, count);
        return count;
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
