package cairn.journal;

import cairn.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The rows of a journal as they were when it was opened, one after the other; another process may be appending meanwhile. A last line
 * without its end is what a kill leaves, and it is passed over. Anything else out of place is an error.
 *
 * <p>Only a small part of the file is in memory at a time.
 */
final class JournalReader implements Closeable {
    private static final int PORTION = 64 << 10;
    private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9]{0,18}");

    private final Path file;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private long line;
    private long attempt = 1;

    private JournalReader(Path file, CSVParser parser) {
        this.file = file;
        this.parser = parser;
        this.records = parser.iterator();
    }

    /**
     * Opens a journal to read it from its beginning.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws DamagedJournalException if the file is no journal
     */
    static JournalReader open(Disk disk, Path file) throws IOException {
        try {
            JournalTail tail = JournalTail.of(disk, file);
            InputStream lines = new Lines(disk.open(file), tail.wholeBytes());
            return new JournalReader(file, Journal.FORMAT.parse(new InputStreamReader(lines, StandardCharsets.UTF_8.newDecoder())));
        } catch (IOException e) {
            throw named(file, e);
        }
    }

    /**
     * The next row; empty after the last one.
     *
     * @throws DamagedJournalException if the next line is no row, naming file and line
     */
    Optional<Row> next() throws IOException {
        try {
            if (line == 0 && records.hasNext()) {
                // The heading; that it is right was seen at opening.
                line = records.next().getRecordNumber();
            }
            if (!records.hasNext()) {
                return Optional.empty();
            }
            CSVRecord record = records.next();
            line = record.getRecordNumber();
            if (parser.getCurrentLineNumber() > line) {
                throw damaged("a row of several lines");
            }
            Row row = row(record);
            if (row.attempt() < attempt) {
                throw damaged("attempt " + row.attempt() + " after attempt " + attempt);
            }
            attempt = row.attempt();
            return Optional.of(row);
        } catch (UncheckedIOException e) {
            line++;
            throw e.getCause() instanceof UnreadableException disk ? named(file, disk.reason) : damaged(e.getCause().getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }

    private Row row(CSVRecord record) throws DamagedJournalException {
        if (record.size() != 5) {
            throw damaged(record.size() + " columns; expected 5: " + Journal.HEADING);
        }
        if (!Row.isSeries(record.get(3))) {
            throw damaged("'" + record.get(3) + "' is no name for a series");
        }
        long ofAttempt = whole("attempt", record.get(0));
        long step = whole("step", record.get(1));
        if (ofAttempt < 1 || step < 0) {
            throw damaged("attempt " + ofAttempt + ", step " + step);
        }
        return new Row(ofAttempt, step, whole("time", record.get(2)), record.get(3), unescaped(record.get(4)));
    }

    private long whole(String column, String text) throws DamagedJournalException {
        try {
            if (WHOLE.matcher(text).matches()) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException e) {
            // Reported below, with the place.
        }
        throw damaged(column + " '" + text + "' is no whole number");
    }

    private String unescaped(String text) throws DamagedJournalException {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder s = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                s.append(c);
                continue;
            }
            int kind = ++i < text.length() ? "\\nr".indexOf(text.charAt(i)) : -1;
            if (kind < 0) {
                throw damaged("a backslash that stands for nothing in '" + text + "'");
            }
            s.append("\\\n\r".charAt(kind));
        }
        return s.toString();
    }

    /** The operating system's own exception, such as "Input/output error", does not say where. */
    private static IOException named(Path file, IOException e) {
        return e instanceof DamagedJournalException || e instanceof FileSystemException ? e
                : new IOException("cannot read the journal " + file + ": " + e.getMessage()
                        + ". Its rows change no result: try again, or move the file away", e);
    }

    private DamagedJournalException damaged(String found) {
        return new DamagedJournalException(file, "line " + line, found);
    }

    /** The disk could not be read, and the file may be sound. */
    private static final class UnreadableException extends IOException {
        private static final long serialVersionUID = 1L;
        private final IOException reason;

        UnreadableException(IOException reason) {
            super(reason);
            this.reason = reason;
        }
    }

    /** The first bytes of a file, as a stream. */
    private static final class Lines extends InputStream {
        private final Disk.Input input;
        private final long end;
        private final ByteBuffer portion = ByteBuffer.allocate(PORTION).limit(0);
        private long at;

        Lines(Disk.Input input, long end) {
            this.input = input;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            return fill() ? portion.get() & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, portion.remaining());
            portion.get(target, offset, count);
            return count;
        }

        /** Whether there is anything left. */
        private boolean fill() throws IOException {
            if (!portion.hasRemaining() && at < end) {
                try {
                    at += input.read(portion.clear().limit((int) Math.min(PORTION, end - at)), at);
                } catch (IOException e) {
                    throw new UnreadableException(e);
                } finally {
                    portion.flip();
                }
            }
            return portion.hasRemaining();
        }

        @Override
        public void close() throws IOException {
            input.close();
        }
    }
}
