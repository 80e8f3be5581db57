package cairn.checkpoint.format;

import cairn.disk.Disk;
import cairn.state.EarlierDigest;
import cairn.state.SharedWork;
import cairn.state.StateDigest;
import cairn.state.StateMemory;
import cairn.state.TensorDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.zip.CRC32C;

/** The file of a checkpoint, read to its last byte without keeping what is read: one of any size takes the memory of a portion. */
public final class CheckpointScan {
    /** Bytes that are read at once: few enough to be still in the processor's cache when their checksum is computed. */
    private static final int PORTION = 256 << 10;
    /** Less is read by one thread in less time than it takes to wake another one for it. */
    private static final long WORTH_THREADS = 4 << 20;
    /** Portions that are not in use. */
    private static final Deque<ByteBuffer> SPARE = new ConcurrentLinkedDeque<>();

    private final Disk.Input input;
    private final String file;
    private final Header header;
    private final long dataAt;

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
                scan.verifyAll();
            }
            return scan.header;
        });
    }

    /** As {@link #verified(Disk, Path, boolean)}, of an open file and without the digest. A large file is read by several threads. */
    static Header verified(Disk.Input input, String file, long size) throws IOException {
        CheckpointScan scan = new CheckpointScan(input, file, size);
        scan.verifyAll();
        return scan.header;
    }

    private void verifyAll() throws IOException {
        List<Runnable> reads = new ArrayList<>();
        header.spans().forEach((path, span) -> reads.add(() -> {
            try {
                pass(path, span, bytes -> { });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
        try {
            (header.dataBytes() >= WORTH_THREADS ? SharedWork.begin(reads) : SharedWork.later(reads)).finish();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Writes the file to {@code output} as it is, and verifies every checksum on the way; returns its header. */
    public static Header copied(Disk disk, Path path, Disk.Output output) throws IOException {
        try {
            return CheckpointFile.opened(disk, path, (input, size) -> {
                CheckpointScan scan = new CheckpointScan(input, path.toString(), size);
                scan.portions(CheckpointFile.HEADER, 0, scan.dataAt, bytes -> write(bytes, output));
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

    private void compareDigest() throws IOException {
        CheckpointFile.requireDigest(file, header, header.version() == 1 ? earlierDigest() : digest());
    }

    private String digest() throws IOException {
        Map<String, byte[]> contents = new HashMap<>();
        TensorDigest content = new TensorDigest();
        for (Map.Entry<String, Header.Span> e : header.spans().entrySet()) {
            pass(e.getKey(), e.getValue(), content::add);
            contents.put(e.getKey(), content.digest());
        }
        StateDigest digest = new StateDigest();
        new TreeMap<>(header.entries()).forEach((path, entry) -> {
            if (entry instanceof Header.Span span) {
                digest.add(path, span.type(), span.sizes(), contents.get(path));
            } else if (entry instanceof Header.Scalar scalar) {
                digest.add(path, scalar.value());
            }
        });
        return digest.hex();
    }

    /** The earlier digest takes the tensors themselves in the order of their paths, which is not that of the file. */
    private String earlierDigest() throws IOException {
        EarlierDigest digest = new EarlierDigest();
        for (Map.Entry<String, Header.Entry> e : new TreeMap<>(header.entries()).entrySet()) {
            if (e.getValue() instanceof Header.Span span) {
                digest.begin(e.getKey(), span.type(), span.sizes());
                pass(e.getKey(), span, digest::add);
            } else if (e.getValue() instanceof Header.Scalar scalar) {
                digest.add(e.getKey(), scalar.value());
            }
        }
        return digest.hex();
    }

    /** Reads one tensor in pieces, and verifies its checksum at the end. */
    private void pass(String path, Header.Span span, Taker taker) throws IOException {
        long begin = dataAt + span.begin();
        long length = span.end() - span.begin();
        CRC32C crc = new CRC32C();
        portions(path, begin, length, piece -> {
            crc.update(piece.duplicate());
            taker.take(piece);
        });
        CheckpointFile.requireCrc(file, path, begin, length, (int) crc.getValue(), span);
    }

    private void portions(String where, long begin, long length, Taker taker) throws IOException {
        ByteBuffer spare = SPARE.poll();
        ByteBuffer portion = spare == null ? StateMemory.allocate(PORTION) : spare;
        try {
            for (long done = 0; done < length; done += portion.limit()) {
                CheckpointFile.readFully(input, file, where, begin + done, portion.clear().limit((int) Math.min(PORTION, length - done)));
                taker.take(portion.duplicate());
            }
        } finally {
            SPARE.push(portion);
        }
    }
}
