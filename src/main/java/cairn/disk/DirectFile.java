package cairn.disk;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A large file being written past the system's cache: the device takes the bytes from the memory where they are. So nothing is copied, and
 * the force at the end finds nearly all of it done. The device takes whole pages only, from addresses that are multiples of a page. What does
 * not lie so travels through a buffer, and the file is cut to its true size at the end.
 */
final class DirectFile implements Disk.NewFile {
    /** The unit in which bytes travel: a multiple of the blocks of nearly all file systems. Where blocks are larger, this is not used. */
    static final int PAGE = 4096;
    /** For smaller files the way through the cache is as fast. */
    static final long LEAST_BYTES = 1 << 20;
    private static final int BUFFER = 1 << 20;
    private static final boolean IS_KNOWN_SYSTEM = System.getProperty("os.name").equals("Linux");
    /** The buffer of the last file that was closed, for the next one. */
    private static final AtomicReference<ByteBuffer> SPARE = new AtomicReference<>();

    private FileChannel channel;
    /** Called when a file system that has created such a file refuses to write it. */
    private final Refusal refusal;
    private boolean isAccepted;
    /** What was written and does not fill a page yet, or comes from where the device cannot take it. */
    private final ByteBuffer buffer;
    /** Where the first byte of the buffer belongs. */
    private long at;
    /** Whether everything is in the file, and the file has its true size. */
    private boolean isFinished = true;
    private boolean isHeadWritten;

    /** What is done when the first write is refused: the same file, which is empty, is opened for the way through the cache. */
    interface Refusal {
        FileChannel reopened() throws IOException;
    }

    DirectFile(FileChannel channel, Refusal refusal) {
        this.channel = channel;
        this.refusal = refusal;
        ByteBuffer spare = SPARE.getAndSet(null);
        this.buffer = spare == null ? ByteBuffer.allocateDirect(BUFFER + PAGE).alignedSlice(PAGE).limit(BUFFER)
                : spare.clear().limit(BUFFER);
    }

    /** The folders in which such files can be made, as far as it is known whether they can. */
    static final class Folders {
        private final Map<Path, Boolean> known = new ConcurrentHashMap<>();

        /** Creates such a file; empty, and nothing is created, if it is small, or if the system or the file system cannot do it. */
        Optional<Disk.NewFile> create(Path file, long bytes) throws IOException {
            Path folder = file.toAbsolutePath().getParent();
            if (bytes < LEAST_BYTES || !IS_KNOWN_SYSTEM || !known.getOrDefault(folder, true)) {
                return Optional.empty();
            }
            FileChannel channel;
            try {
                channel = FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT));
            } catch (UnsupportedOperationException noSuchWay) {
                // The file was created before the system refused.
                return cannot(folder, file);
            }
            if (!known.containsKey(folder) && Files.getFileStore(file).getBlockSize() > PAGE) {
                channel.close();
                return cannot(folder, file);
            }
            known.putIfAbsent(folder, true);
            return Optional.of(new DirectFile(channel, () -> {
                known.put(folder, false);
                return FileChannel.open(file, StandardOpenOption.WRITE);
            }));
        }

        private Optional<Disk.NewFile> cannot(Path folder, Path file) throws IOException {
            known.put(folder, false);
            Files.delete(file);
            return Optional.empty();
        }
    }

    @Override
    public void reserve(int bytes) throws IOException {
        if (bytes % PAGE != 0) {
            throw new IllegalArgumentException("a head of " + bytes + " bytes does not fill its last page of " + PAGE);
        }
        at = bytes;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        if (isHeadWritten) {
            throw new IllegalStateException("the head is what is written last");
        }
        ByteBuffer rest = bytes.duplicate();
        isFinished &= !rest.hasRemaining();
        while (rest.hasRemaining()) {
            if (buffer.position() == 0 && rest.remaining() >= PAGE && isAligned(rest)) {
                ByteBuffer pages = rest.slice(rest.position(), rest.remaining() / PAGE * PAGE);
                rest.position(rest.position() + pages.remaining());
                writePages(pages);
            } else {
                // To the end of a page, if the device can take what follows from where it is.
                int toPage = (PAGE - buffer.position() % PAGE) % PAGE;
                boolean isAlignedThen = rest.remaining() >= toPage + PAGE && isAligned(rest.duplicate().position(rest.position() + toPage));
                int count = Math.min(rest.remaining(), isAlignedThen && toPage > 0 ? toPage : buffer.remaining());
                buffer.put(rest.slice(rest.position(), count));
                rest.position(rest.position() + count);
                if (!buffer.hasRemaining() || isAlignedThen) {
                    writeFull();
                }
            }
        }
    }

    private static boolean isAligned(ByteBuffer bytes) {
        return bytes.isDirect() && bytes.alignmentOffset(bytes.position(), PAGE) == 0;
    }

    /** Writes the full pages of the buffer, and keeps the rest. */
    private void writeFull() throws IOException {
        int rest = buffer.position() % PAGE;
        int full = buffer.position() - rest;
        writePages(buffer.slice(0, full));
        buffer.put(0, buffer, full, rest).position(rest);
    }

    private void writePages(ByteBuffer pages) throws IOException {
        at += writeAll(pages, at);
    }

    @Override
    public void writeHead(ByteBuffer bytes) throws IOException {
        // Now the buffer is not needed for what was written.
        finish();
        isHeadWritten = true;
        ByteBuffer rest = bytes.duplicate();
        long place = 0;
        ByteBuffer pages = buffer.duplicate().clear();
        while (rest.hasRemaining()) {
            int count = Math.min(BUFFER, rest.remaining());
            pages.clear().put(rest.slice(rest.position(), count)).flip();
            rest.position(rest.position() + count);
            place += writeAll(pages, place);
        }
    }

    private int writeAll(ByteBuffer pages, long place) throws IOException {
        int done = 0;
        while (pages.hasRemaining()) {
            done += write(pages, place + done);
        }
        return done;
    }

    private int write(ByteBuffer pages, long place) throws IOException {
        try {
            int count = channel.write(pages, place);
            isAccepted = true;
            return count;
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            if (isAccepted) {
                throw e;
            }
            // Whatever the reason was, a full disk too, the other way says it again.
            isAccepted = true;
            channel.close();
            channel = refusal.reopened();
            return channel.write(pages, place);
        }
    }

    /** Writes what is left in the buffer, as whole pages, and cuts the file to its size. */
    private void finish() throws IOException {
        if (isFinished) {
            return;
        }
        int count = buffer.position();
        if (count % PAGE != 0) {
            buffer.put(new byte[PAGE - count % PAGE]);
        }
        writeAll(buffer.slice(0, buffer.position()), at);
        buffer.position(count);
        channel.truncate(at + count);
        isFinished = true;
    }

    @Override
    public void force() throws IOException {
        finish();
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            SPARE.set(buffer);
        }
    }
}
