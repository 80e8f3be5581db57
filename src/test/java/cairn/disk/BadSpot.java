package cairn.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A disk that never gives one spot of one file, however often it is asked; all else works. */
public final class BadSpot extends FaultyDisk {

    /** Whether there is such a file, the opening of it, its size, or what is read from some byte on. */
    public record Spot(String operation, long offset) {
    }

    private static final Spot EXISTS = new Spot("exists", 0);

    private final String fileName;
    private final Optional<Spot> bad;
    private final Supplier<IOException> failure;
    private final Set<Spot> asked = new LinkedHashSet<>();

    private BadSpot(Disk disk, String fileName, Optional<Spot> bad, Supplier<IOException> failure) {
        super(disk);
        this.fileName = fileName;
        this.bad = bad;
        this.failure = failure;
    }

    public static BadSpot of(Disk disk, String fileName, Spot spot, Supplier<IOException> failure) {
        return new BadSpot(disk, fileName, Optional.of(spot), failure);
    }

    /** Fails nowhere, and remembers what it was asked of a file. */
    public static BadSpot none(Disk disk, String fileName) {
        return new BadSpot(disk, fileName, Optional.empty(), IOException::new);
    }

    /** The spots of the file that were asked for. */
    public Set<Spot> asked() {
        return asked;
    }

    private void ask(Path file, String operation, long offset) throws IOException {
        if (file.getFileName().toString().equals(fileName)) {
            Spot spot = new Spot(operation, offset);
            asked.add(spot);
            // What is not known to exist cannot be opened either.
            boolean isUnknown = operation.equals("open") && bad.equals(Optional.of(EXISTS));
            if (isUnknown || bad.equals(Optional.of(spot))) {
                throw failure.get();
            }
        }
    }

    @Override
    public boolean exists(Path file) throws IOException {
        ask(file, "exists", 0);
        return super.exists(file);
    }

    @Override
    public Input open(Path file) throws IOException {
        ask(file, "open", 0);
        Input input = super.open(file);
        return new Input() {
            @Override
            public long size() throws IOException {
                ask(file, "size", 0);
                return input.size();
            }

            @Override
            public int read(ByteBuffer target, long offset) throws IOException {
                ask(file, "read", offset);
                return input.read(target, offset);
            }

            @Override
            public void close() throws IOException {
                input.close();
            }
        };
    }
}
