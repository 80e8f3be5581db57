package cairn.journal;

import cairn.disk.Disk;
import cairn.disk.FolderLostException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.commons.csv.CSVFormat;

/**
 * Appends rows to a file of comma-separated values: {@code attempt,step,time,series,value}, one row to a line.
 *
 * <p>Rows gather in memory until {@link #flush}, or until there are 64 KiB of them. What was flushed survives the end of the
 * process; only {@link #force} makes it survive a power failure. A line that a kill cut short is no row: opening removes
 * it. Each opening is a new attempt, so that the rows of an attempt that went further than the one after it stay and can be
 * distinguished. An opening that appends nothing leaves no trace, and its number is used again.
 *
 * <p>Line breaks and backslashes in texts are written as {@code \n}, {@code \r} and {@code \\}.
 *
 * <p>Whatever operation of the disk fails: rows that were forced stay, rows that could not be handed over stay in memory and are
 * handed over once by the next call, and the exception names the file.
 */
public final class Journal implements Closeable {
    static final String HEADING = "attempt,step,time,series,value";
    static final CSVFormat FORMAT = CSVFormat.RFC4180.builder().setIgnoreEmptyLines(false).get();
    private static final int BUFFERED_CHARS = 64 << 10;
    private static final String ADVICE = ". What was saved before is safe: put this right, such as by freeing some of the disk, and resume"
            + " the run";

    private final Path file;
    private final Disk.Appended output;
    private final LongSupplier clock;
    private final long attempt;
    private final Set<String> series = new HashSet<>();
    private final StringBuilder rows = new StringBuilder(BUFFERED_CHARS + 1024);
    /** The bytes of the rows that were handed over whole. */
    private long wholeBytes;
    /** Whether a part of other rows may stand behind them. */
    private boolean isTorn;
    private Optional<IOException> failedForce = Optional.empty();
    private boolean isClosed;

    private Journal(Path file, Disk.Appended output, LongSupplier clock, JournalTail tail) {
        this.file = file;
        this.output = output;
        this.clock = clock;
        this.attempt = tail.lastAttempt() + 1;
        this.wholeBytes = tail.wholeBytes();
        this.isTorn = tail.tornBytes() > 0;
    }

    /**
     * Opens a journal to append to, creating it if need be. One writer at a time; the caller sees to that.
     *
     * @param clock gives the time of each row
     * @throws DamagedJournalException if the file is not a journal, or its last row cannot be read
     */
    public static Journal open(Disk disk, Path file, LongSupplier clock) throws IOException {
        try {
            boolean isNew = !disk.exists(file);
            Disk.Appended output = disk.append(file);
            try {
                Journal journal = new Journal(file, output, clock, JournalTail.of(disk, file));
                journal.repair();
                if (journal.wholeBytes == 0) {
                    journal.rows.append(HEADING).append('\n');
                    journal.handOver();
                }
                if (isNew) {
                    // Or what is forced later would be in a file without a name.
                    disk.forceFolder(file.toAbsolutePath().getParent());
                }
                return journal;
            } catch (IOException | RuntimeException e) {
                output.close();
                throw e;
            }
        } catch (IOException e) {
            throw named(file, "cannot open the journal ", e);
        }
    }

    /** The number of this attempt. */
    public long attempt() {
        return attempt;
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
        try {
            handOver();
        } catch (IOException e) {
            throw named(file, "cannot append to ", e);
        }
    }

    /**
     * Flushes, and returns when everything is on the medium.
     *
     * @throws IOException also if an earlier force failed: the rows before it may be lost, and no later force can tell
     */
    public synchronized void force() throws IOException {
        flush();
        try {
            if (failedForce.isPresent()) {
                throw failedForce.get();
            }
            output.force();
        } catch (IOException e) {
            failedForce = Optional.of(e);
            throw named(file, "cannot be sure of the rows in ", e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            try {
                flush();
            } finally {
                output.close();
            }
        }
    }

    private void handOver() throws IOException {
        if (rows.isEmpty()) {
            return;
        }
        repair();
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(rows));
        int size = bytes.remaining();
        isTorn = true;
        try {
            output.write(bytes);
        } catch (IOException e) {
            try {
                repair();
            } catch (IOException later) {
                e.addSuppressed(later);
            }
            throw e;
        }
        isTorn = false;
        wholeBytes += size;
        rows.setLength(0);
    }

    /** Removes what stands behind the last whole row. */
    private void repair() throws IOException {
        if (isTorn) {
            output.truncate(wholeBytes);
            isTorn = false;
        }
    }

    private void begin(long step, String name) {
        if (isClosed) {
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

    /** The operating system's own exception, such as "No space left on device", does not say where. */
    private static IOException named(Path file, String what, IOException e) {
        return e instanceof DamagedJournalException || e instanceof FileSystemException || e instanceof FolderLostException ? e
                : new IOException(what + file + ": " + e.getMessage() + ADVICE, e);
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
