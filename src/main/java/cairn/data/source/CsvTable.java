package cairn.data.source;

import cairn.data.Labels;
import cairn.data.MalformedDataException;
import cairn.data.Table;
import cairn.words.Printable;
import cairn.words.Spelling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVRecord;

/**
 * A CSV file as a data set. A missing value, a malformed number, a row of another length or an unknown column is refused with
 * file, line and column. Features have the order of their columns. Classes and categories are in
 * the order that {@link Vocabulary} describes; a second file, for testing, is read with those of the first by {@link
 * #readLike}.
 */
final class CsvTable {
    /** What it has taken it does not give back, so a million digits take no longer than they have to. */
    static final Pattern NUMBER = Pattern.compile("[+-]?(\\d++\\.?\\d*+|\\.\\d++)([eE][+-]?\\d++)?");
    private static final long MOST_NUMBERS = 128L << 20;
    private static final Set<String> MISSING = Set.of("", "?", "na", "n/a", "nan", "null", "none", "-");

    private enum Role { NUMERIC, CATEGORICAL, LABEL, TARGET, IGNORED }

    private final Path file;
    private final CsvSchema schema;
    private final List<String> columns = new ArrayList<>();
    private final List<Role> roles = new ArrayList<>();
    private final Map<String, Vocabulary> words = new HashMap<>();
    /** One value per column: a number, or the number of a word. */
    private final List<float[]> rows = new ArrayList<>();
    private final Table table;

    private CsvTable(Path file, String name, CsvSchema schema, Map<String, List<String>> knownWords, List<String> expected)
            throws IOException {
        this.file = file;
        this.schema = schema;
        knownWords.forEach((column, known) -> words.put(column, new Vocabulary(known)));
        try (CsvText text = new CsvText(file, schema.separator())) {
            readAll(text, expected);
        }
        if (rows.isEmpty()) {
            throw new MalformedDataException(file, "end", "the file has no rows", "use a file with at least one row");
        }
        this.table = build(name);
        rows.clear();
    }

    /** Whether {@code text} is one of the usual signs of a missing value. */
    static boolean isMissing(String text) {
        return MISSING.contains(text.toLowerCase(Locale.ROOT));
    }

    static CsvTable read(Path file, String name, CsvSchema schema) throws IOException {
        return new CsvTable(file, name, schema, Map.of(), List.of());
    }

    /** Another file with the columns, classes and categories of this one; unknown ones are refused. */
    CsvTable readLike(Path other, String name) throws IOException {
        Map<String, List<String>> known = new HashMap<>();
        words.forEach((column, vocabulary) -> known.put(column, vocabulary.words()));
        return new CsvTable(other, name, schema, known, columns);
    }

    Table table() {
        return table;
    }

    private void readAll(CsvText text, List<String> expected) throws IOException {
        for (Optional<CSVRecord> record = text.next(); record.isPresent(); record = text.next()) {
            if (columns.isEmpty()) {
                name(record.get(), expected);
                if (schema.header()) {
                    continue;
                }
            }
            row(record.get(), text.line());
        }
    }

    private void name(CSVRecord first, List<String> expected) throws IOException {
        for (int i = 0; i < first.size(); i++) {
            columns.add(schema.header() ? first.get(i) : Integer.toString(i + 1));
        }
        if (new HashSet<>(columns).size() != columns.size()) {
            throw new MalformedDataException(file, "line 1", "two columns have the same name in " + Spelling.few(columns),
                    schema.header() ? "give each its own name" : "");
        }
        if (!expected.isEmpty() && !expected.equals(columns)) {
            throw new MalformedDataException(file, "line 1", "expected the columns " + Spelling.few(expected) + ", found " + Spelling.few(columns),
                    "use a file with the columns of the one that is trained on");
        }
        Map<String, Role> special = new HashMap<>();
        if (!schema.label().isEmpty()) {
            assign(special, List.of(schema.label()), Role.LABEL);
        }
        assign(special, schema.targets(), Role.TARGET);
        assign(special, schema.categorical(), Role.CATEGORICAL);
        assign(special, schema.ignored(), Role.IGNORED);
        for (String column : columns) {
            Role role = special.getOrDefault(column, Role.NUMERIC);
            roles.add(role);
            if (role == Role.LABEL || role == Role.CATEGORICAL) {
                words.computeIfAbsent(column, c -> new Vocabulary());
            }
        }
        if (!roles.contains(Role.NUMERIC) && !roles.contains(Role.CATEGORICAL)) {
            throw new MalformedDataException(file, "line 1", "no column is left to be a feature in " + Spelling.few(columns),
                    "check the separator, and the columns that are ignored");
        }
    }

    private void assign(Map<String, Role> special, List<String> names, Role role) throws IOException {
        for (String name : names) {
            if (!columns.contains(name)) {
                throw new MalformedDataException(file, "line 1", "there is no column \"" + name + "\"" + Spelling.suggestion(name, columns),
                        "the columns are " + Spelling.few(columns) + (schema.header() ? "" : ", named by number because the header is switched off"));
            }
            if (special.putIfAbsent(name, role) != null) {
                throw new IllegalArgumentException("column \"" + name + "\" of " + file + " is given two roles: "
                        + special.get(name).name().toLowerCase(Locale.ROOT) + " and " + role.name().toLowerCase(Locale.ROOT));
            }
        }
    }

    private void row(CSVRecord record, long line) throws IOException {
        if (record.size() != columns.size()) {
            throw new MalformedDataException(file, "line " + line, "expected " + columns.size() + " values, found " + record.size(),
                    "check the separator and the quotes of that line");
        }
        float[] row = new float[columns.size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = value(i, record.get(i).strip(), line);
        }
        rows.add(row);
    }

    private float value(int i, String text, long line) throws IOException {
        Role role = roles.get(i);
        if (role == Role.IGNORED) {
            return 0;
        }
        String where = "line " + line + ", column \"" + Printable.brief(columns.get(i)) + "\"";
        boolean isWord = role == Role.LABEL || role == Role.CATEGORICAL;
        // None, NA or - may be the name of a class.
        if (isWord ? text.isEmpty() : isMissing(text)) {
            throw new MalformedDataException(file, where, "the value is missing" + (text.isEmpty() ? "" : " (\"" + text + "\")"),
                    "fill it in, or remove the row or the column");
        }
        if (isWord) {
            Vocabulary vocabulary = words.get(columns.get(i));
            int number = vocabulary.number(text);
            if (number < 0) {
                throw new MalformedDataException(file, where, "\"" + Printable.brief(text) + "\" does not occur in the file that is trained on"
                        + Spelling.suggestion(text, vocabulary.words()), "known are " + vocabulary);
            }
            return number;
        }
        if (!NUMBER.matcher(text).matches()) {
            throw new MalformedDataException(file, where, "expected a number, found \"" + Printable.brief(text) + "\"",
                    "correct it, or name the column as categorical or ignored");
        }
        float number = Float.parseFloat(text);
        if (Float.isInfinite(number)) {
            throw new MalformedDataException(file, where, Printable.brief(text) + " is too large for a 32-bit number", "use another unit");
        }
        return number;
    }

    /** The numbers of a row. Categories that are as many as rows would make a small file a large table. */
    private long width(int[] sources) throws IOException {
        long width = Arrays.stream(sources).mapToLong(this::width).sum();
        long most = Math.max(MOST_NUMBERS, Unpacked.most(Files.size(file)) / Float.BYTES);
        if (width > most / rows.size()) {
            throw new MalformedDataException(file, "end", rows.size() + " rows of " + width + " numbers, the categories one-hot, are more than "
                    + most, "name a column with so many words as ignored, or use the encoding integer");
        }
        return width;
    }

    private Table build(String name) throws IOException {
        int[] sources = IntStream.range(0, columns.size())
                .filter(i -> roles.get(i) == Role.NUMERIC || roles.get(i) == Role.CATEGORICAL).toArray();
        int width = (int) width(sources);
        float[] values = new float[rows.size() * width];
        int at = 0;
        for (int i : sources) {
            encode(i, values, at, width);
            at += width(i);
        }
        long[] shape = {width};
        int label = roles.indexOf(Role.LABEL);
        if (label < 0) {
            return Table.ofFloats(name, shape, values, new Labels.Reals(schema.targets()), targets());
        }
        Vocabulary classes = words.get(columns.get(label));
        int[] places = classes.places();
        return Table.ofFloats(name, shape, values, new Labels.Classes(classes.words()),
                rows.stream().mapToInt(row -> places[(int) row[label]]).toArray());
    }

    private int width(int column) {
        return roles.get(column) == Role.CATEGORICAL && schema.encoding() == CsvSchema.Encoding.ONE_HOT
                ? words.get(columns.get(column)).words().size() : 1;
    }

    /** Writes one column's features of all rows, beginning at feature {@code at} of {@code width}. */
    private void encode(int column, float[] values, int at, int width) {
        boolean isWord = roles.get(column) == Role.CATEGORICAL;
        int[] places = isWord ? words.get(columns.get(column)).places() : new int[0];
        for (int r = 0; r < rows.size(); r++) {
            float raw = rows.get(r)[column];
            if (!isWord) {
                values[r * width + at] = raw;
            } else if (schema.encoding() == CsvSchema.Encoding.INTEGER) {
                values[r * width + at] = places[(int) raw];
            } else {
                values[r * width + at + places[(int) raw]] = 1;
            }
        }
    }

    /** In the order in which the schema names them. */
    private float[] targets() {
        int[] from = schema.targets().stream().mapToInt(columns::indexOf).toArray();
        float[] targets = new float[rows.size() * from.length];
        for (int r = 0; r < rows.size(); r++) {
            for (int t = 0; t < from.length; t++) {
                targets[r * from.length + t] = rows.get(r)[from[t]];
            }
        }
        return targets;
    }
}
