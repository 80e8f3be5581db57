package cairn.data.source;

import cairn.data.DataFile;
import cairn.data.MalformedDataException;
import cairn.words.BadByte;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** The rows of a CSV file as texts, one after the other. Whatever is wrong in the file is a {@link MalformedDataException}. */
final class CsvText implements Closeable {
    /** The most characters of a row. A file without an end of a line would otherwise be one row, and fill the memory. */
    private static final long MOST_CHARACTERS = 64L << 20;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Path file;
    private final Row row;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;

    CsvText(Path file, char separator) throws IOException {
        this.file = file;
        this.row = new Row(withoutMark(DataFile.text(file)));
        this.parser = CSVParser.parse(row, CSVFormat.DEFAULT.builder().setDelimiter(separator).setIgnoreEmptyLines(true)
                .setIgnoreSurroundingSpaces(true).get());
        this.records = parser.iterator();
    }

    /** Without the byte-order mark that a file may begin with. It goes before the text is split, because a quote may follow it. */
    private Reader withoutMark(Reader text) throws IOException {
        PushbackReader reader = new PushbackReader(text);
        try {
            int first = reader.read();
            if (first >= 0 && first != BYTE_ORDER_MARK) {
                reader.unread(first);
            }
            return reader;
        } catch (CharacterCodingException e) {
            reader.close();
            throw notUtf8();
        }
    }

    /** Counts the characters since the last row; the parser reads some more than the row. */
    private static final class Row extends FilterReader {
        private long count;

        Row(Reader in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int c = in.read();
            counted(c < 0 ? 0 : 1);
            return c;
        }

        @Override
        public int read(char[] buffer, int from, int length) throws IOException {
            int n = in.read(buffer, from, length);
            counted(n);
            return n;
        }

        private void counted(int n) throws TooLongException {
            count += Math.max(0, n);
            if (count > MOST_CHARACTERS) {
                throw new TooLongException();
            }
        }
    }

    private static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** The next row; empty after the last one. A line of nothing or of blanks is no row. */
    Optional<CSVRecord> next() throws IOException {
        Optional<CSVRecord> next = record();
        while (next.isPresent() && next.get().size() == 1 && next.get().get(0).isBlank()) {
            next = record();
        }
        return next;
    }

    private Optional<CSVRecord> record() throws IOException {
        long before = parser.getCurrentLineNumber();
        try {
            Optional<CSVRecord> next = records.hasNext() ? Optional.of(records.next()) : Optional.empty();
            row.count = 0;
            return next;
        } catch (UncheckedIOException e) {
            // The parser's iterator wraps errors of parsing and of decoding.
            if (e.getCause() instanceof CharacterCodingException) {
                throw notUtf8();
            }
            throw e.getCause() instanceof TooLongException
                    ? new MalformedDataException(file, "line " + (before + 1), "a row of more than " + MOST_CHARACTERS
                            + " characters begins here", "check that it is a file of text, and that every quote there ends")
                    : new MalformedDataException(file, "quotes", String.valueOf(e.getCause().getMessage()), "correct the quotes there");
        }
    }

    /** The number of the line in which the last row ended. */
    long line() {
        return parser.getCurrentLineNumber();
    }

    private MalformedDataException notUtf8() throws IOException {
        try (InputStream in = new BufferedInputStream(DataFile.open(file))) {
            Optional<BadByte> bad = BadByte.first(in);
            return new MalformedDataException(file, bad.map(BadByte::where).orElse("text"),
                    bad.map(BadByte::problem).orElse("the file is not UTF-8"), "save it as UTF-8");
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
