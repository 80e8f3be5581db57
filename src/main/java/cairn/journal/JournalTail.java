package cairn.journal;

import cairn.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The end of a journal, read without the rest.
 *
 * @param wholeBytes where the last whole line ends; 0 if there is none
 * @param tornBytes the bytes of a line without its end behind it
 * @param lastAttempt the attempt of the last row, which is the largest; 0 if there is none
 */
record JournalTail(long wholeBytes, long tornBytes, long lastAttempt) {
    private static final int PORTION = 8 << 10;

    static JournalTail of(Disk disk, Path file) throws IOException {
        try (Disk.Input input = disk.open(file)) {
            return of(file, input, input.size());
        }
    }

    private static JournalTail of(Path file, Disk.Input input, long size) throws IOException {
        long heading = Journal.HEADING.length() + 1;
        long end = lineEnd(input, size);
        if (end == 0) {
            requireHeading(file, text(input, 0, (int) Math.min(heading, size)), false);
            return new JournalTail(0, size, 0);
        }
        requireHeading(file, text(input, 0, (int) Math.min(heading, end)), true);
        if (end == heading) {
            return new JournalTail(end, size - end, 0);
        }
        long start = lineEnd(input, end - 1);
        String attempt = text(input, start, (int) Math.min(20, end - start)).split(",", 2)[0];
        if (!attempt.matches("[1-9][0-9]{0,17}")) {
            throw new DamagedJournalException(file, "last line (byte " + start + ")", "it begins with '" + attempt
                    + "', not with the number of an attempt");
        }
        return new JournalTail(end, size - end, Long.parseLong(attempt));
    }

    /** A file without a whole line may only be the beginning of a heading: anything else was not written here, and is not cut. */
    private static void requireHeading(Path file, String found, boolean isWhole) throws DamagedJournalException {
        String expected = Journal.HEADING + "\n";
        if (isWhole ? !found.equals(expected) : !expected.startsWith(found) && !found.chars().allMatch(c -> c == 0)) {
            throw new DamagedJournalException(file, "line 1", "expected '" + Journal.HEADING + "', found '" + found.strip() + "'");
        }
    }

    /** The place after the last line feed before {@code limit}, or 0. */
    private static long lineEnd(Disk.Input input, long limit) throws IOException {
        for (long end = limit; end > 0; end = Math.max(0, end - PORTION)) {
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
