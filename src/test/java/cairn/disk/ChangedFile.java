package cairn.disk;

import java.io.IOException;
import java.nio.file.Path;

/** The disk of this machine, but that one file has other bytes. */
public final class ChangedFile extends FaultyDisk {
    private final Path changed;
    private final byte[] bytes;

    public ChangedFile(Path changed, byte[] bytes) {
        super(new RealDisk());
        this.changed = changed;
        this.bytes = bytes;
    }

    @Override
    public boolean exists(Path file) throws IOException {
        return file.equals(changed) || super.exists(file);
    }

    @Override
    public Input open(Path file) throws IOException {
        if (!file.equals(changed)) {
            return super.open(file);
        }
        return new BytesInput(bytes);
    }
}
