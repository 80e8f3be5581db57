package cairn.journal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The rows of a journal as they were when it was read; somebody may be appending meanwhile. A last line without its end is
 * what a kill leaves: it is told by {@link #tornBytes} and otherwise passed over. Anything else out of place is an error.
 */
public final class JournalReader {
    private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9]{0,18}");

    private final List<Row> rows;
    private final long tornBytes;

    private JournalReader(List<Row> rows, long tornBytes) {
        this.rows = Collections.unmodifiableList(rows);
        this.tornBytes = tornBytes;
    }

    /**
     * Reads a whole journal.
     *
     * @throws DamagedJournalException if a line is no row, naming file and line
     */
    public static JournalReader read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long whole = JournalTail.of(file, channel).wholeBytes();
            return new JournalReader(rows(file, new Head(Channels.newInputStream(channel.position(0)), whole)), size - whole);
        }
    }

    /** What a journal says that is not there. */
    public static JournalReader empty() {
        return new JournalReader(List.of(), 0);
    }

    /** All rows in the order in which they were appended. */
    public List<Row> rows() {
        return rows;
    }

    /** The names of all series. */
    public SortedSet<String> series() {
        TreeSet<String> names = new TreeSet<>();
        rows.forEach(r -> names.add(r.series()));
        return names;
    }

    /** A series by step: where several attempts did a step, the last row of the latest attempt; without what was rolled back. */
    public NavigableMap<Long, Row> series(String name) {
        NavigableMap<Long, Row> latest = new TreeMap<>();
        for (Row row : rows) {
            if (row.series().equals(Row.ROLLED_BACK)) {
                latest.tailMap(row.step(), false).clear();
            }
            if (row.series().equals(name)) {
                latest.put(row.step(), row);
            }
        }
        return latest;
    }

    /** The largest step of all series, without what was rolled back; -1 if there is no row. */
    public long lastStep() {
        long last = -1;
        for (Row row : rows) {
            last = row.series().equals(Row.ROLLED_BACK) ? row.step() : Math.max(last, row.step());
        }
        return last;
    }

    /** The bytes of a last line that was cut short; 0 if none was. */
    public long tornBytes() {
        return tornBytes;
    }

    private static List<Row> rows(Path file, InputStream lines) throws IOException {
        List<Row> rows = new ArrayList<>();
        long line = 0;
        try (CSVParser parser = Journal.FORMAT.parse(new InputStreamReader(lines, StandardCharsets.UTF_8.newDecoder()))) {
            long attempt = 1;
            for (CSVRecord record : parser) {
                line = record.getRecordNumber();
                if (parser.getCurrentLineNumber() > line) {
                    throw damaged(file, line, "a row of several lines");
                }
                if (line > 1) {
                    Row row = row(file, line, record);
                    if (row.attempt() < attempt) {
                        throw damaged(file, line, "attempt " + row.attempt() + " after attempt " + attempt);
                    }
                    attempt = row.attempt();
                    rows.add(row);
                }
            }
        } catch (DamagedJournalException e) {
            throw e;
        } catch (UncheckedIOException e) {
            throw damaged(file, line + 1, e.getCause().getMessage());
        }
        return rows;
    }

    private static Row row(Path file, long line, CSVRecord record) throws DamagedJournalException {
        if (record.size() != 5) {
            throw damaged(file, line, record.size() + " columns; expected 5: " + Journal.HEADING);
        }
        if (!Row.isSeries(record.get(3))) {
            throw damaged(file, line, "'" + record.get(3) + "' is no name for a series");
        }
        long attempt = whole(file, line, "attempt", record.get(0));
        long step = whole(file, line, "step", record.get(1));
        if (attempt < 1 || step < 0) {
            throw damaged(file, line, "attempt " + attempt + ", step " + step);
        }
        return new Row(attempt, step, whole(file, line, "time", record.get(2)), record.get(3), unescaped(file, line, record.get(4)));
    }

    private static long whole(Path file, long line, String column, String text) throws DamagedJournalException {
        try {
            if (WHOLE.matcher(text).matches()) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException e) {
            // Told below, with the place.
        }
        throw damaged(file, line, column + " '" + text + "' is no whole number");
    }

    private static String unescaped(Path file, long line, String text) throws DamagedJournalException {
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
                throw damaged(file, line, "a backslash that stands for nothing in '" + text + "'");
            }
            s.append("\\\n\r".charAt(kind));
        }
        return s.toString();
    }

    private static DamagedJournalException damaged(Path file, long line, String found) {
        return new DamagedJournalException(file, "line " + line, found);
    }

    /** The first bytes of a stream. */
    private static final class Head extends InputStream {
        private final InputStream in;
        private long left;

        Head(InputStream in, long left) {
            this.in = in;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = in.read(target, offset, (int) Math.min(length, left));
            left -= Math.max(0, n);
            return n;
        }
    }
}
