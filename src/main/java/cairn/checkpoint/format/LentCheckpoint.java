package cairn.checkpoint.format;

import cairn.disk.Disk;
import cairn.state.State;
import cairn.state.Value;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A verified checkpoint whose tensors are still in its file: a restore reads each of them straight into the live one, without a state in
 * between. So it takes no memory of its own. It is valid until it is closed.
 *
 * <p>Every checksum was right before anything is used. A tensor is verified again while it is read. If the file was changed in between, or
 * the disk does not give it any more, the reading of a tensor fails with a {@link ChangedException}; then a component into which the
 * state was being restored has a part of it, and must not be used.
 */
public final class LentCheckpoint implements Closeable {
    /** Small enough to be still in the processor's cache when its checksum is computed. */
    private static final int PORTION = 256 << 10;

    /** A tensor could not be read that was sound when its checkpoint was lent. The cause says where. */
    public static final class ChangedException extends UncheckedIOException {
        private static final long serialVersionUID = 1L;

        private ChangedException(IOException cause) {
            super(cause);
        }
    }

    private final Checkpoint checkpoint;
    private final Closeable source;
    private volatile boolean isClosed;

    private LentCheckpoint(Checkpoint checkpoint, Closeable source) {
        this.checkpoint = checkpoint;
        this.source = source;
    }

    /** A checkpoint that is in memory. */
    public static LentCheckpoint of(Checkpoint checkpoint) {
        return new LentCheckpoint(checkpoint, () -> { });
    }

    /** The checkpoint of this header, in an open file of {@code size} bytes; the file is closed with it. */
    static LentCheckpoint of(Disk.Input input, String file, long size, Header header) {
        long dataAt = size - header.dataBytes();
        Map<String, Value> values = new LinkedHashMap<>();
        LentCheckpoint[] lent = new LentCheckpoint[1];
        header.entries().forEach((path, entry) -> {
            if (entry instanceof Header.Span span) {
                values.put(path, new Value.Tensor(span.type(), span.sizes(), target -> {
                    lent[0].requireOpen();
                    read(input, file, path, span, dataAt, target);
                }));
            } else if (entry instanceof Header.Scalar scalar) {
                values.put(path, scalar.value());
            }
        });
        lent[0] = new LentCheckpoint(header.checkpoint(State.of(values)), input);
        return lent[0];
    }

    private static void read(Disk.Input input, String file, String path, Header.Span span, long dataAt, ByteBuffer target) {
        long begin = dataAt + span.begin();
        CRC32C crc = new CRC32C();
        try {
            for (int done = 0; target.hasRemaining(); ) {
                ByteBuffer portion = target.slice(target.position(), Math.min(PORTION, target.remaining()));
                CheckpointFile.readFully(input, file, path, begin + done, portion);
                crc.update(portion.duplicate());
                done += portion.remaining();
                target.position(target.position() + portion.remaining());
            }
            CheckpointFile.requireCrc(file, path, begin, span.end() - span.begin(), (int) crc.getValue(), span);
        } catch (IOException e) {
            throw new ChangedException(e);
        }
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("a lent checkpoint was read after it was given back");
        }
    }

    /** The checkpoint, as long as this is open. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        source.close();
    }
}
