package cairn.disk;

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
        return new BytesInput(bytes);
    }
}
