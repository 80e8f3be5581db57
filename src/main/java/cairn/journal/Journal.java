package cairn.journal;

import cairn.disk.Disk;
import cairn.disk.FolderLostException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Appends rows to a file of comma-separated values: {@code attempt,step,time,series,value,check}, one row to a line. The check is the
 * CRC-32C of the rest of the line, so that a row that something changed later is never taken for what was recorded.
 *
 * <p>Rows gather in memory until {@link #flush}, or until there are 64 KiB of them. What was flushed survives the end of the
 * process; only {@link #force} makes it survive a power failure. A line that a kill cut short is no row: opening removes
 * it. Each opening is a new attempt, so that the rows of an attempt that went further than the one after it stay and can be
 * distinguished. An opening that appends nothing leaves no trace, and its number is used again.
 *
 * <p>Line breaks and backslashes in texts are written as {@code \n}, {@code \r} and {@code \\}.
 *
 * <p>Laws: opening and appending never fail, because the rows change no result. A file that is no sound journal is {@linkplain #setAside
 * set aside}, and a new one begins. Whatever operation of the disk fails: rows that were forced stay; rows that could not be handed over stay
 * in memory and are handed over once by the next call; and {@link #flush}, {@link #force} and {@link #close} throw an exception that names
 * the file. If so many rows wait that memory is at risk, later rows are left out, and a row {@link Row#MISSING} says how many.
 *
 * <p>Safe for several threads. While one of them forces, the others can append.
 */
public final class Journal implements Closeable {
    private static final int BUFFERED_CHARS = 64 << 10;
    /** The rows of some ten thousand steps. */
    private static final int MOST_WAITING_CHARS = 8 << 20;
    private static final String ADVICE = ". What was saved before is safe: put this right, such as by freeing some of the disk, and resume"
            + " the run";

    private final Disk disk;
    private final Path file;
    private final LongSupplier clock;
    private final long earlier;
    private final Set<String> series = new HashSet<>();
    /** The rows that wait, without the number of the attempt and the check. */
    private final StringBuilder rows = new StringBuilder(BUFFERED_CHARS + 1024);
    private Optional<OpenJournal> opened = Optional.empty();
    /** When this many characters wait, handing over is tried. */
    private int dueChars = BUFFERED_CHARS;
    private long missing;
    private long missingSince;
    private boolean isClosed;

    private Journal(Disk disk, Path file, LongSupplier clock, long earlier) {
        this.disk = disk;
        this.file = file;
        this.clock = clock;
        this.earlier = earlier;
    }

    /**
     * Opens a journal to append to, creating it if need be. One writer at a time; the caller sees to that. If the file cannot be opened now,
     * it is opened when rows are handed over.
     *
     * @param clock gives the time of each row
     */
    public static Journal open(Disk disk, Path file, LongSupplier clock) {
        return open(disk, file, clock, 0);
    }

    /** As {@link #open(Disk, Path, LongSupplier)}. The number of this attempt is larger than {@code earlier}, even if the file was lost. */
    public static Journal open(Disk disk, Path file, LongSupplier clock, long earlier) {
        Journal journal = new Journal(disk, file, clock, earlier);
        try {
            journal.open();
        } catch (IOException tryAgainWithRows) {
            // The first flush tries again, and throws.
        }
        return journal;
    }

    /** What was in the file's place and is no sound journal, and where it is now. */
    public synchronized Optional<SetAside> setAside() {
        return opened.flatMap(OpenJournal::setAside);
    }

    /** The number of this attempt. */
    public synchronized long attempt() {
        return opened.map(OpenJournal::attempt).orElse(0L);
    }

    /** How many rows were left out since the last row {@link Row#MISSING}. */
    public synchronized long missing() {
        return missing;
    }

    /** Appends a number. */
    public synchronized void append(long step, String name, double value) {
        append(step, name, Double.toString(value), true);
    }

    /** Appends a text, such as a digest. */
    public synchronized void append(long step, String name, String value) {
        append(step, name, value, isPlain(value));
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
    public void force() throws IOException {
        Optional<OpenJournal> flushed;
        synchronized (this) {
            flush();
            flushed = opened;
        }
        if (flushed.isPresent()) {
            try {
                flushed.get().force();
            } catch (IOException e) {
                throw named(file, "cannot be sure of the rows in ", e);
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            try {
                flush();
            } finally {
                if (opened.isPresent()) {
                    opened.get().close();
                }
            }
        }
    }

    /**
     * As {@link #close}, where no training has to stop: the rows change no result. Returns why rows are lost, if they are.
     *
     * @throws FolderLostException if another folder has taken the place of the one with the file
     */
    public synchronized Optional<IOException> end() throws FolderLostException {
        try {
            force();
            close();
            return Optional.empty();
        } catch (FolderLostException e) {
            throw e;
        } catch (IOException e) {
            rows.setLength(0);
            return Optional.of(e);
        }
    }

    private void handOver() throws IOException {
        if (rows.isEmpty()) {
            return;
        }
        open();
        int length = rows.length();
        if (missing > 0) {
            add(missingSince, Row.MISSING, Long.toString(missing));
        }
        try {
            opened.orElseThrow().write(rows.toString());
        } catch (IOException e) {
            rows.setLength(length);
            throw e;
        }
        rows.setLength(0);
        missing = 0;
        dueChars = BUFFERED_CHARS;
    }

    private void open() throws IOException {
        if (opened.isEmpty()) {
            opened = Optional.of(OpenJournal.open(disk, file, earlier));
        }
    }

    private void append(long step, String name, String value, boolean isPlain) {
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
        if (rows.length() >= MOST_WAITING_CHARS) {
            missingSince = missing == 0 ? step : missingSince;
            missing++;
            return;
        }
        add(step, name, isPlain ? value : quoted(value));
        if (rows.length() >= dueChars) {
            try {
                handOver();
            } catch (IOException theyStay) {
                // A flush will say so. Until then it is tried again when twice as many wait.
                dueChars = 2 * rows.length();
            }
        }
    }

    private void add(long step, String name, String value) {
        rows.append(step).append(',').append(clock.getAsLong()).append(',').append(name).append(',').append(value).append('\n');
    }

    /** The operating system's own exception, such as "No space left on device", does not say where. */
    private static IOException named(Path file, String what, IOException e) {
        return e instanceof FolderLostException || e instanceof FileSystemException f && f.getReason() != null ? e
                : new IOException(what + file + ": " + DamagedJournalException.reason(e) + ADVICE, e);
    }

    /** In quotes if need be, as RFC 4180 says. */
    private static String quoted(String value) {
        String line = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
        return '"' + line.replace("\"", "\"\"") + '"';
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
