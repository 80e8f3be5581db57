package cairn.journal;

import cairn.disk.Disk;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The file of a journal, open to append to. Each write hands over whole rows, all or none. */
final class OpenJournal implements Closeable {
    /** A file of so many bytes has a heading at most. */
    private static final int NO_ROWS = Columns.CHECKED.heading().length() + 2;

    private final Disk.Appended output;
    private final Columns columns;
    private final long attempt;
    private final Optional<SetAside> setAside;
    /** The bytes of the rows that were handed over whole. */
    private long wholeBytes;
    /** Whether a part of other rows may stand behind them. */
    private boolean isTorn;
    private volatile Optional<IOException> failedForce = Optional.empty();

    private OpenJournal(Disk.Appended output, JournalTail tail, long attempt, Optional<SetAside> setAside) {
        this.output = output;
        this.columns = tail.columns();
        this.attempt = attempt;
        this.setAside = setAside;
        this.wholeBytes = tail.wholeBytes();
        this.isTorn = tail.tornBytes() > 0;
    }

    /**
     * Opens a journal, or creates it. What is no sound journal is set aside first.
     *
     * @param earlier the number of the attempt is larger
     */
    static OpenJournal open(Disk disk, Path file, long earlier) throws IOException {
        JournalTail tail = JournalTail.NONE;
        long attempt = earlier < Row.MOST_ATTEMPTS ? earlier : 0;
        Optional<SetAside> setAside = Optional.empty();
        if (disk.exists(file)) {
            LastAttempt last = new LastAttempt();
            try {
                tail = JournalTail.of(disk, file);
                tail.requireTorn(disk, file);
                last.read(disk, file);
            } catch (IOException unusable) {
                setAside = Optional.of(SetAside.rename(disk, file, unusable));
                tail = JournalTail.NONE;
                // There was an attempt, even if its number is not known.
                last.number = last.number == Row.MOST_ATTEMPTS ? 1 : Math.max(last.number, 1);
            }
            attempt = Math.max(attempt, last.number);
        }
        Disk.Appended output = disk.append(file);
        try {
            OpenJournal journal = new OpenJournal(output, tail, attempt + 1, setAside);
            journal.repair();
            if (journal.wholeBytes == 0) {
                journal.write(StandardCharsets.UTF_8.encode(journal.columns.heading() + "\n"));
            }
            if (tail.wholeBytes() <= NO_ROWS) {
                journal.forceName(disk, file);
            }
            return journal;
        } catch (IOException | RuntimeException e) {
            output.close();
            throw e;
        }
    }

    /** The largest attempt of a journal, as far as it can be read. */
    private static final class LastAttempt {
        private long number;

        /** Reads every row. Behind damage no reader would find the rows that are appended now. */
        void read(Disk disk, Path file) throws IOException {
            try (JournalReader reader = JournalReader.open(disk, file)) {
                for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
                    number = row.get().attempt();
                }
            }
            if (number == Row.MOST_ATTEMPTS) {
                throw new DamagedJournalException(file, "last line", "attempt " + number + " is the last one that is possible");
            }
        }
    }

    long attempt() {
        return attempt;
    }

    /** What was in the file's place before. */
    Optional<SetAside> setAside() {
        return setAside;
    }

    /**
     * Appends rows, or throws and leaves none.
     *
     * @param rows lines that lack the number of the attempt and the check; no row contains a line break
     */
    void write(String rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(rows.length() + rows.length() / 2);
        rows.lines().forEach(row -> {
            byte[] line = (attempt + "," + row).getBytes(StandardCharsets.UTF_8);
            bytes.writeBytes(line);
            if (columns == Columns.CHECKED) {
                bytes.writeBytes(("," + Columns.check(line, 0, line.length)).getBytes(StandardCharsets.US_ASCII));
            }
            bytes.write('\n');
        });
        write(ByteBuffer.wrap(bytes.toByteArray()));
    }

    private void write(ByteBuffer bytes) throws IOException {
        repair();
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
    }

    /** Returns when every row is on the medium. If it failed once, it fails for ever: no later force can tell what became of those rows. */
    void force() throws IOException {
        if (failedForce.isPresent()) {
            throw failedForce.get();
        }
        try {
            output.force();
        } catch (IOException e) {
            failedForce = Optional.of(e);
            throw e;
        }
    }

    /** What is forced later would otherwise be in a file without a name. */
    private void forceName(Disk disk, Path file) {
        try {
            disk.forceFolder(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            failedForce = Optional.of(e);
        }
    }

    /** Removes what stands behind the last whole row. */
    private void repair() throws IOException {
        if (isTorn) {
            output.truncate(wholeBytes);
            isTorn = false;
        }
    }

    @Override
    public void close() throws IOException {
        output.close();
    }
}
