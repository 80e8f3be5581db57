package cairn.checkpoint.format;

import cairn.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

/** Reads what the headers of many files say. It remembers the last one, because the next one is nearly the same. Safe for several threads. */
public final class InfoReader {
    private final Disk disk;
    private final AtomicReference<KnownHeader> last = new AtomicReference<>();

    public InfoReader(Disk disk) {
        this.disk = disk;
    }

    public CheckpointInfo read(Path file) throws IOException {
        return CheckpointFile.opened(disk, file, (input, size) -> {
            byte[] head = CheckpointFile.readHead(input, file.toString(), size);
            return HeaderParser.info(file.toString(), head, size - head.length, last);
        });
    }
}
