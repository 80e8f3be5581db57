package cairn.checkpoint.format;

import cairn.disk.Disk;
import cairn.disk.FolderLostException;
import cairn.state.EarlierDigest;
import cairn.state.State;
import cairn.state.StateMemory;
import cairn.state.Value;
import cairn.words.Printable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One checkpoint's file: written tensor by tensor from the state's own bytes, and verified at every reading. */
public final class CheckpointFile {
    public static final int LENGTH_BYTES = 8;
    static final String HEADER = "header";
    /** Keeps a tensor's place in the order of the state while the tensors come in the order of the file. */
    private static final Value NOT_YET_READ = new Value.Int(0);

    private CheckpointFile() {
    }

    /**
     * Writes the tensors, and then the header, for which room is left: what the header says of the tensors is computed while they are written.
     *
     * @return the header
     */
    public static Header write(Disk.NewFile output, Checkpoint checkpoint) throws IOException {
        Header outline = Header.outline(checkpoint);
        output.reserve(HeaderText.encode(outline).remaining());
        Sums sums = Sums.begin(checkpoint.state());
        try {
            for (ByteBuffer bytes : checkpoint.state().fileBytes()) {
                output.write(bytes);
            }
        } finally {
            // The memory of the state may be used for something else when this returns, also if the disk is full.
            sums.finish();
        }
        Header header = sums.complete(outline);
        output.writeHead(HeaderText.encode(header));
        return header;
    }

    /** The size of the file of a checkpoint. */
    public static long bytes(Checkpoint checkpoint) {
        return Header.outline(checkpoint).fileBytes();
    }

    public static Header readHeader(Disk disk, Path file) throws IOException {
        return opened(disk, file, (input, size) -> readHeader(input, file.toString(), size));
    }

    /**
     * Reads everything, {@linkplain StateMemory off the Java heap}, and verifies every checksum; also the digest, if asked for.
     *
     * @throws cairn.state.MemoryException if there is no room for it
     */
    public static Checkpoint read(Disk disk, Path file, boolean withDigest) throws IOException {
        return opened(disk, file, (input, size) -> read(input, file.toString(), size, withDigest));
    }

    private static Checkpoint read(Disk.Input input, String file, long size, boolean withDigest) throws IOException {
        Header header = readHeader(input, file, size);
        StateMemory.requireRoom("cannot read " + Printable.line(file), header.dataBytes(), 0);
        long dataAt = size - header.dataBytes();
        Map<String, Value> values = new LinkedHashMap<>();
        header.entries().forEach((name, entry) -> values.put(name, entry instanceof Header.Scalar s ? s.value() : NOT_YET_READ));
        for (Map.Entry<String, Header.Span> e : header.spans().entrySet()) {
            values.put(e.getKey(), readTensor(input, file, e.getKey(), e.getValue(), dataAt));
        }
        State state = State.of(values);
        if (withDigest) {
            requireDigest(file, header, header.version() == 1 ? EarlierDigest.of(state) : state.digest());
        }
        return header.checkpoint(state);
    }

    /** What is made of the content of an open file. */
    interface Content<T> {
        T of(Disk.Input input, long size) throws IOException;
    }

    /**
     * The one place where the file of a checkpoint is opened. If the disk does not give it, the checkpoint is damaged, so a caller that
     * passes over damaged ones passes over this one too.
     *
     * @throws NoSuchFileException if the file is gone: its writer has deleted it
     */
    static <T> T opened(Disk disk, Path file, Content<T> content) throws IOException {
        return opened(disk, file, content, false);
    }

    /** @param staysOpen whether the file stays open for the result */
    private static <T> T opened(Disk disk, Path file, Content<T> content, boolean staysOpen) throws IOException {
        Optional<NoSuchFileException> toNoFile = Optional.empty();
        // Twice, because a name may be gone for a moment where a rename cannot replace. A link to a file that is not there stays one.
        for (int tries = 0; tries < 2; tries++) {
            try {
                return openedOnce(disk, file, content, staysOpen);
            } catch (NoSuchFileException e) {
                if (!exists(disk, file)) {
                    throw e;
                }
                toNoFile = Optional.of(e);
            }
        }
        throw DamagedCheckpointException.unreadable(file.toString(), HEADER, 0, toNoFile.orElseThrow());
    }

    /**
     * Whether there is such a file.
     *
     * @throws DamagedCheckpointException if the disk does not say: then there may be one, and it cannot be read
     */
    public static boolean exists(Disk disk, Path file) throws IOException {
        try {
            return disk.exists(file);
        } catch (IOException e) {
            throw named(file.toString(), HEADER, 0, e);
        }
    }

    private static <T> T openedOnce(Disk disk, Path file, Content<T> content, boolean staysOpen) throws IOException {
        boolean isOpen = false;
        try {
            Disk.Input input = disk.open(file);
            try {
                T result = content.of(input, input.size());
                isOpen = staysOpen;
                return result;
            } finally {
                if (!isOpen) {
                    input.close();
                }
            }
        } catch (IOException e) {
            throw named(file.toString(), HEADER, 0, e);
        }
    }

    /**
     * The checkpoint, after every checksum was verified, with tensors that are read when they are needed, each straight to where it is needed.
     * They are verified again then, because the file may have changed meanwhile.
     */
    public static LentCheckpoint lent(Disk disk, Path file) throws IOException {
        return opened(disk, file, (input, size) -> LentCheckpoint.of(input, file.toString(), size,
                CheckpointScan.verified(input, file.toString(), size)), true);
    }

    /**
     * The operating system's own exception, such as "Input/output error", does not say where. That the reading thread was interrupted says
     * nothing of the file, nor does a folder that is another one now.
     */
    private static IOException named(String file, String where, long offset, IOException e) {
        return e instanceof CheckpointException || e instanceof NoSuchFileException || e instanceof ClosedChannelException
                || e instanceof FolderLostException ? e : DamagedCheckpointException.unreadable(file, where, offset, e);
    }

    static Header readHeader(Disk.Input input, String file, long size) throws IOException {
        byte[] head = readHead(input, file, size);
        return HeaderParser.parse(file, head, size - head.length);
    }

    /** The bytes of the header of any safetensors file, its length word first. */
    static byte[] readHead(Disk.Input input, String file, long size) throws IOException {
        if (size < LENGTH_BYTES) {
            throw new DamagedCheckpointException(file, HEADER, 0, "the file has " + size + " bytes, too few for a header's length");
        }
        long length = readFully(input, file, HEADER, 0, LENGTH_BYTES).getLong(0);
        if (length <= 0 || length > size - LENGTH_BYTES || length > HeaderText.MOST_BYTES) {
            throw new DamagedCheckpointException(file, HEADER, 0, "it claims " + Long.toUnsignedString(length)
                    + " bytes; the file has " + (size - LENGTH_BYTES) + " more, and the most is " + HeaderText.MOST_BYTES);
        }
        return readFully(input, file, HEADER, 0, Math.toIntExact(LENGTH_BYTES + length)).array();
    }

    private static Value.Tensor readTensor(Disk.Input input, String file, String path, Header.Span span, long dataAt)
            throws IOException {
        long offset = dataAt + span.begin();
        ByteBuffer bytes = StateMemory.allocate(Math.toIntExact(span.end() - span.begin()));
        readFully(input, file, path, offset, bytes);
        requireCrc(file, path, offset, bytes.remaining(), Header.crc(bytes.duplicate()), span);
        return new Value.Tensor(span.type(), span.sizes(), bytes);
    }

    static void requireCrc(String file, String path, long offset, long length, int crc, Header.Span span)
            throws DamagedCheckpointException {
        if (crc != span.crc()) {
            throw new DamagedCheckpointException(file, path, offset, "CRC-32C of its " + length + " bytes is "
                    + HeaderText.hex(crc) + ", the header says " + HeaderText.hex(span.crc()));
        }
    }

    static void requireDigest(String file, Header header, String digest) throws DamagedCheckpointException {
        if (!digest.equals(header.digest())) {
            throw new DamagedCheckpointException(file, HeaderText.DIGEST_KEY, LENGTH_BYTES,
                    "the state's digest is " + digest + ", written is " + header.digest());
        }
    }

    private static ByteBuffer readFully(Disk.Input input, String file, String where, long offset, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        readFully(input, file, where, offset, bytes);
        return bytes;
    }

    /** Fills {@code bytes} from the beginning to the limit, and sets the position back. */
    static void readFully(Disk.Input input, String file, String where, long offset, ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        int n;
        try {
            n = input.read(bytes, offset);
        } catch (IOException e) {
            throw named(file, where, offset + bytes.position(), e);
        }
        if (n < count) {
            throw new DamagedCheckpointException(file, where, offset + n, "the file ends here, in the midst of " + count + " bytes");
        }
        bytes.flip();
    }
}
