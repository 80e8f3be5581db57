package cairn.disk;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A disk on which every file has these bytes. */
public final class OneFile extends FaultyDisk {
    private final byte[] bytes;

    public OneFile(byte[] bytes) {
        super(new RealDisk());
        this.bytes = bytes;
    }

    @Override
    public Input open(Path file) {
        return new Input() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public int read(ByteBuffer target, long offset) {
                int count = (int) Math.min(target.remaining(), bytes.length - offset);
                target.put(bytes, (int) offset, count);
                return count;
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }
}
