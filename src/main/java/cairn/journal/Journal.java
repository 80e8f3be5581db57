package cairn.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.commons.csv.CSVFormat;

/**
 * Appends rows to a file of comma-separated values: {@code attempt,step,time,series,value}, one row to a line.
 *
 * <p>Rows gather in memory until {@link #flush}, or until there are 64 KiB of them. What was flushed survives the end of the
 * process; only {@link #force} makes it survive a power failure. A line that a kill cut short is no row: opening removes
 * it. Each opening is a new attempt, so the rows of an attempt that went further than the one after it stay and can be told
 * apart. An opening that appends nothing leaves no trace, and its number is used again.
 *
 * <p>Line breaks and backslashes in texts are written as {@code \n}, {@code \r} and {@code \\}.
 */
public final class Journal implements Closeable {
    static final String HEADING = "attempt,step,time,series,value";
    static final CSVFormat FORMAT = CSVFormat.RFC4180.builder().setIgnoreEmptyLines(false).get();
    private static final int BUFFERED_CHARS = 64 << 10;

    private final Path file;
    private final FileChannel channel;
    private final LongSupplier clock;
    private final long attempt;
    private final long tornBytes;
    private final Set<String> series = new HashSet<>();
    private final StringBuilder rows = new StringBuilder(BUFFERED_CHARS + 1024);

    private Journal(Path file, FileChannel channel, LongSupplier clock, long attempt, long tornBytes) {
        this.file = file;
        this.channel = channel;
        this.clock = clock;
        this.attempt = attempt;
        this.tornBytes = tornBytes;
    }

    /**
     * Opens a journal to append to, creating it if need be. One writer at a time; the caller sees to that.
     *
     * @param clock gives the time of each row
     * @throws DamagedJournalException if the file is not a journal, or its last row cannot be read
     */
    public static Journal open(Path file, LongSupplier clock) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            JournalTail tail = JournalTail.of(file, channel);
            long tornBytes = channel.size() - tail.wholeBytes();
            channel.truncate(tail.wholeBytes());
            channel.position(tail.wholeBytes());
            Journal journal = new Journal(file, channel, clock, tail.lastAttempt() + 1, tornBytes);
            if (tail.wholeBytes() == 0) {
                journal.rows.append(HEADING).append('\n');
                journal.flush();
            }
            return journal;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The number of this opening, from 1. */
    public long attempt() {
        return attempt;
    }

    /** How many bytes of a row cut short the opening removed. */
    public long tornBytes() {
        return tornBytes;
    }

    /** Appends a number. */
    public synchronized void append(long step, String name, double value) throws IOException {
        begin(step, name);
        rows.append(value).append('\n');
        flushIfFull();
    }

    /** Appends a text, such as a digest. */
    public synchronized void append(long step, String name, String value) throws IOException {
        begin(step, name);
        if (isPlain(value)) {
            rows.append(value);
        } else {
            rows.append(FORMAT.format(value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")));
        }
        rows.append('\n');
        flushIfFull();
    }

    /** Hands all rows to the operating system. After a failure they stay, and are handed over again by the next call. */
    public synchronized void flush() throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(java.nio.CharBuffer.wrap(rows));
        long start = channel.position();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            channel.truncate(start);
            throw new IOException("cannot append to " + file + ": " + e.getMessage() + ". What was saved before is safe: put this right, such as by"
                    + " freeing some of the disk, and resume the run", e);
        }
        rows.setLength(0);
    }

    /** Flushes, and returns when everything is on the medium. */
    public synchronized void force() throws IOException {
        flush();
        channel.force(false);
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel.isOpen()) {
            try {
                flush();
            } finally {
                channel.close();
            }
        }
    }

    private void begin(long step, String name) {
        if (!channel.isOpen()) {
            throw new IllegalStateException(file + " has been closed");
        }
        if (!series.contains(name)) {
            requireSeries(name);
            series.add(name);
        }
        if (step < 0) {
            throw new IllegalArgumentException("a step is not negative: " + step);
        }
        long time = clock.getAsLong();
        rows.append(attempt).append(',').append(step).append(',').append(time).append(',').append(name).append(',');
    }

    private void flushIfFull() throws IOException {
        if (rows.length() >= BUFFERED_CHARS) {
            flush();
        }
    }

    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-' || c == '/')) {
                return false;
            }
        }
        return !value.isEmpty();
    }

    private static void requireSeries(String name) {
        if (!Row.isSeries(name)) {
            throw new IllegalArgumentException("'" + name + "' is no name for a series: expected segments of a-z 0-9 . _ - joined by /");
        }
    }
}
