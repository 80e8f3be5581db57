package cairn.checkpoint.format;

import cairn.disk.Disk;
import cairn.state.StateDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** The file of a checkpoint, read to its last byte without keeping what is read: one of any size takes the memory of a portion. */
public final class CheckpointScan {
    /** Bytes that are read at once. */
    private static final int PORTION = 1 << 20;

    private final Disk.Input input;
    private final String file;
    private final Header header;
    private final long dataAt;
    private final ByteBuffer portion = ByteBuffer.allocate(PORTION);

    private CheckpointScan(Disk.Input input, String file, long size) throws IOException {
        this.input = input;
        this.file = file;
        this.header = CheckpointFile.readHeader(input, file, size);
        this.dataAt = size - header.dataBytes();
    }

    /**
     * The header, after everything was verified as {@link CheckpointFile#read} does.
     *
     * @param withDigest whether the digest of the state is compared too
     */
    public static Header verified(Disk disk, Path path, boolean withDigest) throws IOException {
        return CheckpointFile.opened(disk, path, (input, size) -> {
            CheckpointScan scan = new CheckpointScan(input, path.toString(), size);
            if (withDigest) {
                scan.compareDigest();
            } else {
                scan.passAll(bytes -> { });
            }
            return scan.header;
        });
    }

    /** Writes the file to {@code output} as it is, and verifies every checksum on the way. */
    public static void copied(Disk disk, Path path, Disk.Output output) throws IOException {
        try {
            CheckpointFile.opened(disk, path, (input, size) -> {
                CheckpointScan scan = new CheckpointScan(input, path.toString(), size);
                for (long done = 0; done < scan.dataAt; done += scan.portion.limit()) {
                    write(scan.fill(CheckpointFile.HEADER, done, scan.dataAt - done), output);
                }
                scan.passAll(bytes -> write(bytes, output));
                return scan.header;
            });
        } catch (UncheckedIOException ofOutput) {
            throw ofOutput.getCause();
        }
    }

    /** Unchecked, so that it is not taken for a failure of the file that is read. */
    private static void write(ByteBuffer bytes, Disk.Output output) {
        try {
            output.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes a piece of a tensor. */
    private interface Taker {
        void take(ByteBuffer bytes);
    }

    private void passAll(Taker taker) throws IOException {
        for (Map.Entry<String, Header.Span> e : header.spans().entrySet()) {
            pass(e.getKey(), e.getValue(), taker);
        }
    }

    /** The digest takes the entries in the order of their paths, not of the file. */
    private void compareDigest() throws IOException {
        StateDigest digest = new StateDigest();
        for (Map.Entry<String, Header.Entry> e : new TreeMap<>(header.entries()).entrySet()) {
            if (e.getValue() instanceof Header.Span span) {
                digest.begin(e.getKey(), span.type(), span.sizes());
                pass(e.getKey(), span, digest::add);
            } else if (e.getValue() instanceof Header.Scalar scalar) {
                digest.add(e.getKey(), scalar.value());
            }
        }
        CheckpointFile.requireDigest(file, header, digest.hex());
    }

    /** Reads one tensor in pieces, and verifies its checksum at the end. */
    private void pass(String path, Header.Span span, Taker taker) throws IOException {
        long begin = dataAt + span.begin();
        long length = span.end() - span.begin();
        CRC32C crc = new CRC32C();
        for (long done = 0; done < length; done += portion.limit()) {
            ByteBuffer piece = fill(path, begin + done, length - done);
            crc.update(piece.duplicate());
            taker.take(piece);
        }
        CheckpointFile.requireCrc(file, path, begin, length, (int) crc.getValue(), span);
    }

    private ByteBuffer fill(String where, long offset, long remaining) throws IOException {
        CheckpointFile.readFully(input, file, where, offset, portion.clear().limit((int) Math.min(PORTION, remaining)));
        return portion.duplicate();
    }
}
