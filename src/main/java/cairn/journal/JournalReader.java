package cairn.journal;

import cairn.disk.Disk;
import cairn.words.Printable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The rows of a journal as they were when it was opened, one after the other; another process may be appending meanwhile. A last line
 * without its end is what a kill leaves, and it is passed over. Anything else out of place is an error. A line may end with a carriage return
 * and a line feed, because some programs convert the ends of lines.
 *
 * <p>Only a small part of the file is in memory at a time.
 */
final class JournalReader implements Closeable {
    private static final int PORTION = 64 << 10;
    private static final int LONGEST_LINE = 16 << 20;
    private static final int COLUMNS = 5;
    private static final int VALUE = COLUMNS - 1;

    private final Disk disk;
    private final Path file;
    private final Disk.Input input;
    private final JournalTail tail;
    /** Where the last whole line ends. */
    private final long end;
    private byte[] bytes = new byte[PORTION];
    /** The bytes that were read and not yet used: from {@code begin} to {@code limit}. */
    private int begin;
    private int limit;
    /** The place in the file that follows {@code limit}. */
    private long at;
    private long line;
    private long attempt;
    private final Set<String> known = new HashSet<>();
    /** Where each column of the current line begins in {@code bytes}; the last entry is one after the end of the line. */
    private final int[] columns = new int[COLUMNS + 1];

    private JournalReader(Disk disk, Path file, Disk.Input input, JournalTail tail) {
        this.disk = disk;
        this.file = file;
        this.input = input;
        this.tail = tail;
        this.end = tail.wholeBytes();
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
            return new JournalReader(disk, file, disk.open(file), tail);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Opens a journal to read what stands behind byte {@code offset}, at which a line begins. If the file has no such byte any more, it is read
     * from its beginning. Lines are counted from there.
     */
    static JournalReader from(Disk disk, Path file, long offset) throws IOException {
        JournalReader reader = open(disk, file);
        if (offset > 0 && offset <= reader.end) {
            reader.at = offset;
            reader.line = 1;
        }
        return reader;
    }

    /** The place in the file behind the last row that was read. */
    long reached() {
        return line == 0 ? 0 : at - (limit - begin);
    }

    /**
     * The next row; empty after the last one, if behind it stands nothing, or what an interrupted append leaves.
     *
     * @throws DamagedJournalException if the next line is no row, naming file and line
     */
    Optional<Row> next() throws IOException {
        // The heading is the first line; that it is right was seen at opening.
        if (line == 0 && !nextLine() || !nextLine()) {
            if (tail.tornBytes() > 0) {
                tail.requireTorn(disk, file);
            }
            return Optional.empty();
        }
        Row row = row();
        if (row.attempt() < attempt) {
            throw damaged("attempt " + row.attempt() + " after attempt " + attempt);
        }
        attempt = row.attempt();
        return Optional.of(row);
    }

    @Override
    public void close() throws IOException {
        input.close();
    }

    /** Makes the next line the current one: its first byte is at {@code columns[0]}. */
    private boolean nextLine() throws IOException {
        int i = begin;
        while (true) {
            while (i < limit && bytes[i] != '\n') {
                i++;
            }
            if (i < limit) {
                columns[0] = begin;
                int after = i > begin && bytes[i - 1] == '\r' ? i : i + 1;
                columns[COLUMNS] = after;
                begin = i + 1;
                line++;
                return true;
            }
            int had = limit - begin;
            if (!fill()) {
                return false;
            }
            i = begin + had;
        }
    }

    /** Reads more bytes behind those that were not used yet. Returns false at the end. */
    private boolean fill() throws IOException {
        if (at >= end) {
            return false;
        }
        int left = limit - begin;
        if (left > bytes.length / 2) {
            if (bytes.length >= LONGEST_LINE) {
                line++;
                throw damaged("a line of more than " + left + " bytes");
            }
            byte[] larger = new byte[2 * bytes.length];
            System.arraycopy(bytes, begin, larger, 0, left);
            bytes = larger;
        } else {
            System.arraycopy(bytes, begin, bytes, 0, left);
        }
        begin = 0;
        limit = left;
        int count;
        try {
            count = input.read(ByteBuffer.wrap(bytes, left, (int) Math.min(bytes.length - left, end - at)), at);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        at += count;
        limit += count;
        // The file may have become shorter meanwhile.
        return count > 0;
    }

    private Row row() throws DamagedJournalException {
        if (tail.columns() == Columns.CHECKED) {
            takeCheck();
        }
        int count = split();
        if (count != COLUMNS) {
            throw damaged(count + " columns; expected " + COLUMNS + ": " + Columns.UNCHECKED.heading());
        }
        String series = column(3);
        if (!known.contains(series)) {
            if (!Row.isSeries(series)) {
                throw damaged("'" + Printable.brief(series) + "' is no name for a series");
            }
            known.add(series);
        }
        long ofAttempt = whole("attempt", 0);
        long step = whole("step", 1);
        if (ofAttempt < 1 || ofAttempt > Row.MOST_ATTEMPTS || step < 0) {
            throw damaged("attempt " + ofAttempt + ", step " + step + "; expected an attempt from 1 to " + Row.MOST_ATTEMPTS
                    + " and a step from 0");
        }
        return new Row(ofAttempt, step, whole("time", 2), series, value());
    }

    /** Compares the check at the end of the current line with the rest of the line, which is then the whole row. */
    private void takeCheck() throws DamagedJournalException {
        int first = columns[0];
        int after = columns[COLUMNS] - 1;
        int end = after - Columns.CHECK_BYTES;
        String found = new String(bytes, Math.max(first, end), after - Math.max(first, end), StandardCharsets.ISO_8859_1);
        if (end < first || !found.equals(',' + Columns.check(bytes, first, end))) {
            throw damaged("the row does not fit its check, '" + Printable.brief(found) + "', so something has changed it");
        }
        columns[COLUMNS] = end + 1;
    }

    /** Finds the columns of the current line; returns how many there are. A value in quotes may hold commas. */
    private int split() {
        int last = columns[COLUMNS] - 1;
        int count = 1;
        for (int i = columns[0]; i < last; i++) {
            if (count == COLUMNS && bytes[columns[VALUE]] == '"') {
                break;
            }
            if (bytes[i] == ',') {
                if (count < COLUMNS) {
                    columns[count] = i + 1;
                }
                count++;
            }
        }
        return count;
    }

    /** The text of a column that has only ASCII, if it is right. */
    private String column(int column) {
        int from = columns[column];
        return new String(bytes, from, columns[column + 1] - 1 - from, StandardCharsets.ISO_8859_1);
    }

    private long whole(String name, int column) throws DamagedJournalException {
        int from = columns[column];
        int to = columns[column + 1] - 1;
        boolean isNegative = from < to && bytes[from] == '-';
        int first = from + (isNegative ? 1 : 0);
        // With at most 18 digits there is no overflow.
        boolean isWhole = first < to && to - first <= 18 && (bytes[first] != '0' || to - first == 1 && !isNegative);
        long value = 0;
        for (int i = first; isWhole && i < to; i++) {
            isWhole = bytes[i] >= '0' && bytes[i] <= '9';
            value = 10 * value + bytes[i] - '0';
        }
        if (!isWhole) {
            throw damaged(name + " '" + Printable.brief(column(column)) + "' is no whole number of at most 18 digits");
        }
        return isNegative ? -value : value;
    }

    private String value() throws DamagedJournalException {
        int from = columns[VALUE];
        int to = columns[COLUMNS] - 1;
        boolean isPlain = true;
        for (int i = from; i < to && isPlain; i++) {
            isPlain = bytes[i] > ' ' && bytes[i] <= '~' && bytes[i] != '\\' && bytes[i] != '"';
        }
        if (isPlain) {
            return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        }
        String text = decoded(from, to);
        if (text.startsWith("\"")) {
            return unescaped(unquoted(text));
        } else if (text.indexOf(0) >= 0) {
            // What a file system may leave of a block.
            throw damaged("zeros in '" + Printable.brief(text) + "'");
        }
        return unescaped(text);
    }

    private String decoded(int from, int to) throws DamagedJournalException {
        ByteBuffer raw = ByteBuffer.wrap(bytes, from, to - from);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(raw).toString();
        } catch (CharacterCodingException e) {
            int bad = raw.position();
            throw damaged(String.format("byte %d of the line is %02x, which is no UTF-8 here", bad - columns[0] + 1, bytes[bad] & 0xff));
        }
    }

    private String unquoted(String text) throws DamagedJournalException {
        StringBuilder s = new StringBuilder(text.length());
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '"') {
                s.append(c);
            } else if (i == text.length() - 1) {
                return s.toString();
            } else if (text.charAt(++i) == '"') {
                s.append(c);
            } else {
                throw damaged("a quote in the middle of " + Printable.brief(text));
            }
        }
        throw damaged("a quote that does not end in " + Printable.brief(text));
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
                throw damaged("a backslash that stands for nothing in '" + Printable.brief(text) + "'");
            }
            s.append("\\\n\r".charAt(kind));
        }
        return s.toString();
    }

    /** The operating system's own exception, such as "Input/output error", does not say where. */
    private static IOException unreadable(Path file, IOException e) {
        return e instanceof DamagedJournalException || e instanceof NoSuchFileException ? e
                : new IOException("cannot read the journal " + file + ": " + DamagedJournalException.reason(e)
                        + ". Its rows change no result: try again, or move the file away", e);
    }

    private DamagedJournalException damaged(String found) {
        return new DamagedJournalException(file, "line " + line, found);
    }
}
