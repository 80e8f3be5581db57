package cairn.journal;

import cairn.disk.Disk;
import cairn.words.Printable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The end of a journal, read without the rest.
 *
 * @param columns what the rows have
 * @param wholeBytes where the last whole line ends; 0 if there is none
 * @param tornBytes the bytes of a line without its end behind it
 */
record JournalTail(Columns columns, long wholeBytes, long tornBytes) {
    /** Of a journal that begins now. */
    static final JournalTail NONE = new JournalTail(Columns.CHECKED, 0, 0);
    private static final int PORTION = 8 << 10;
    /** More bytes than these are never handed over at once. */
    private static final int LONGEST_TORN = 1 << 20;
    /** The beginning of a row: up to four columns of plain characters, and the beginning of a value, plain or in quotes. */
    private static final Pattern BEGINNING = Pattern.compile("[0-9]{0,18}|[0-9]{1,18},[0-9]{0,18}|[0-9]{1,18},[0-9]{1,18},-?[0-9]{0,18}"
            + "|[0-9]{1,18},[0-9]{1,18},-?[0-9]{1,18},[a-z0-9._/-]*(,([^\",]*(,[0-9a-f]{0,8})?|\".*))?", Pattern.DOTALL);

    static JournalTail of(Disk disk, Path file) throws IOException {
        try (Disk.Input input = disk.open(file)) {
            long size = input.size();
            long end = lineEnd(input, size);
            String begin = text(input, 0, (int) Math.min(Columns.CHECKED.heading().length() + 2, end == 0 ? size : end));
            return new JournalTail(columns(file, begin, end > 0), end, size - end);
        }
    }

    /**
     * Checks that what stands behind the last whole line is what an interrupted append leaves: the beginning of a row, and perhaps zeros that
     * the file system put behind it. Anything else may be useful, and must not be cut.
     */
    void requireTorn(Disk disk, Path file) throws IOException {
        if (wholeBytes == 0) {
            // The beginning of a heading, or zeros.
            return;
        }
        try (Disk.Input input = disk.open(file)) {
            String torn = text(input, wholeBytes, (int) tornBytes);
            int length = torn.length();
            while (length > 0 && torn.charAt(length - 1) == 0) {
                length--;
            }
            if (!BEGINNING.matcher(torn.substring(0, length)).matches()) {
                throw new DamagedJournalException(file, "behind the last whole line (byte " + wholeBytes + ")", "'" + Printable.brief(torn)
                        + "' is no beginning of a row");
            }
        }
    }

    /** A file without a whole line may only be the beginning of a heading, or zeros. Anything else was not written here. */
    private static Columns columns(Path file, String begin, boolean isWhole) throws DamagedJournalException {
        for (Columns columns : Columns.values()) {
            for (String end : List.of("\n", "\r\n")) {
                String expected = columns.heading() + end;
                if (isWhole ? begin.startsWith(expected) : expected.startsWith(begin)) {
                    return columns;
                }
            }
        }
        if (!isWhole && begin.chars().allMatch(c -> c == 0)) {
            return Columns.CHECKED;
        }
        throw new DamagedJournalException(file, "line 1", "expected '" + Columns.CHECKED.heading() + "', found '"
                + Printable.brief(begin.strip()) + "'");
    }

    /**
     * The place after the last line feed before {@code limit}, or 0. If more bytes follow it than any append leaves, such as gigabytes of
     * zeros, they are not searched: then it is {@code limit}, and who reads the rows finds the damage behind them.
     */
    private static long lineEnd(Disk.Input input, long limit) throws IOException {
        for (long end = limit; end > 0; end = Math.max(0, end - PORTION)) {
            if (limit - end > LONGEST_TORN) {
                return limit;
            }
            long start = Math.max(0, end - PORTION);
            ByteBuffer bytes = read(input, start, (int) (end - start));
            for (int i = bytes.limit() - 1; i >= 0; i--) {
                if (bytes.get(i) == '\n') {
                    return start + i + 1;
                }
            }
        }
        return 0;
    }

    private static String text(Disk.Input input, long start, int count) throws IOException {
        return StandardCharsets.ISO_8859_1.decode(read(input, start, count)).toString();
    }

    private static ByteBuffer read(Disk.Input input, long start, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        input.read(bytes, start);
        return bytes.flip();
    }
}
