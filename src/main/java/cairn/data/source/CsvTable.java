package cairn.data.source;

import cairn.data.Labels;
import cairn.data.MalformedDataException;
import cairn.data.Table;
import cairn.data.TableColumns;
import cairn.data.TableColumns.Role;
import cairn.words.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVRecord;

/**
 * A CSV file as a data set. A missing value, a malformed number, a row of another length or an unknown column is refused with
 * file, line and column. Features have the order of the columns of the first file. Classes and categories are in
 * the order that {@link Vocabulary} describes; a second file, for testing, is read with those of the first by {@link
 * #readLike}, and a file of rows to predict by {@link #features}.
 */
final class CsvTable {
    private static final long MOST_NUMBERS = 128L << 20;
    /** The most that an array holds. */
    private static final long MOST_ELEMENTS = Integer.MAX_VALUE - 8;

    private final Path file;
    private final CsvSchema schema;
    /** One value per column: a number, or the number of a word. */
    private final List<double[]> rows = new ArrayList<>();
    private final boolean isLabelled;
    private CsvColumns layout;
    private int fieldsOfALine;

    private CsvTable(Path file, CsvSchema schema, boolean isLabelled) {
        this.file = file;
        this.schema = schema;
        this.isLabelled = isLabelled;
    }

    /** How a first line tells where the columns are. */
    private interface Layout {
        CsvColumns of(List<String> firstLine) throws IOException;
    }

    /** The first file of a data set. */
    static Table read(Path file, String name, CsvSchema schema) throws IOException {
        CsvTable table = new CsvTable(file, schema, true);
        table.readAll(first -> CsvColumns.of(file, schema, first));
        return table.labelled(name);
    }

    /** Another file with the columns, classes and categories of {@code known}; unknown ones are refused. */
    static Table readLike(TableColumns known, Path file, String name, CsvSchema schema) throws IOException {
        CsvTable table = new CsvTable(file, schema, true);
        table.readAll(first -> CsvColumns.of(file, schema, known, first, true));
        return table.labelled(name);
    }

    /** The features of rows to predict, row after row. The file may have the labels too; they are not read. */
    static double[] features(TableColumns known, Path file, CsvSchema schema) throws IOException {
        CsvTable table = new CsvTable(file, schema, false);
        table.readAll(first -> CsvColumns.of(file, schema, known, first, false));
        return table.features();
    }

    private void readAll(Layout layouts) throws IOException {
        try (CsvText text = new CsvText(file, schema.separator())) {
            for (Optional<CSVRecord> record = text.next(); record.isPresent(); record = text.next()) {
                List<String> fields = record.get().stream().map(String::strip).toList();
                if (layout == null) {
                    layout = layouts.of(fields);
                    fieldsOfALine = fields.size();
                    if (layout.hasHeader()) {
                        continue;
                    }
                }
                if (rows.isEmpty() && isLabelled && !schema.header() && fields.stream().noneMatch(CsvField::isNumber)
                        && layout.columns().stream().anyMatch(c -> c.role() == Role.NUMBER)) {
                    throw new MalformedDataException(file, "line " + text.line(), "it has no number, and seems to name the columns",
                            "set header: true");
                }
                row(fields, text.line());
            }
        }
        if (rows.isEmpty()) {
            throw new MalformedDataException(file, "end", "the file has no rows", "use a file with at least one row");
        }
    }

    private void row(List<String> fields, long line) throws IOException {
        if (fields.size() != fieldsOfALine) {
            throw new MalformedDataException(file, "line " + line, "expected " + fieldsOfALine + " values, found " + fields.size(),
                    "check the separator and the quotes of that line");
        }
        List<CsvColumns.Column> columns = layout.columns();
        double[] row = new double[columns.size()];
        for (int i = 0; i < row.length; i++) {
            CsvColumns.Column column = columns.get(i);
            boolean isRead = column.place() >= 0 && (isLabelled || column.role().isFeature());
            row[i] = isRead ? CsvField.value(column, fields.get(column.place()), file, line, isLabelled) : 0;
        }
        rows.add(row);
    }

    private Table labelled(String name) throws IOException {
        TableColumns known = layout.known();
        double[] features = features();
        long[] shape = {known.featureNames().size()};
        int label = place(Role.LABEL);
        if (label < 0) {
            return Table.ofDoubles(name, shape, features, new Labels.Reals(schema.targets()), targets()).from(known);
        }
        Vocabulary classes = layout.columns().get(label).words();
        int[] places = classes.places();
        return Table.ofDoubles(name, shape, features, new Labels.Classes(classes.words()),
                rows.stream().mapToInt(row -> places[(int) row[label]]).toArray()).from(known);
    }

    private int place(Role role) {
        return IntStream.range(0, layout.columns().size()).filter(i -> layout.columns().get(i).role() == role).findFirst().orElse(-1);
    }

    /** The features of all rows, row after row. Categories that are as many as rows would make a small file a large table. */
    private double[] features() throws IOException {
        long width = layout.columns().stream().mapToLong(CsvColumns.Column::width).sum();
        long most = Math.min(MOST_ELEMENTS, Math.max(MOST_NUMBERS, Unpacked.most(Files.size(file)) / Double.BYTES));
        if (width > most / rows.size()) {
            CsvColumns.Column widest = layout.columns().stream().max(Comparator.comparingInt(CsvColumns.Column::width)).orElseThrow();
            String total = rows.size() + " rows of " + width + " numbers, more than " + most;
            throw widest.width() == 1 ? new MalformedDataException(file, "end", "it would be " + total, "split the file")
                    : new MalformedDataException(file, "column \"" + Printable.brief(widest.name()) + "\"", "it has " + widest.width()
                            + " different words, and one feature for each makes " + total,
                            "name the column as ignored, or use the encoding integer");
        }
        double[] values = new double[rows.size() * (int) width];
        int at = 0;
        for (int i = 0; i < layout.columns().size(); i++) {
            CsvColumns.Column column = layout.columns().get(i);
            if (column.role().isFeature()) {
                encode(i, column, values, at, (int) width);
                at += column.width();
            }
        }
        return values;
    }

    /** Writes one column's features of all rows, beginning at feature {@code at} of {@code width}. */
    private void encode(int i, CsvColumns.Column column, double[] values, int at, int width) {
        int[] places = column.words().places();
        for (int r = 0; r < rows.size(); r++) {
            double raw = rows.get(r)[i];
            switch (column.role()) {
                case ONE_HOT -> values[r * width + at + places[(int) raw]] = 1;
                case INDEX -> values[r * width + at] = places[(int) raw];
                default -> values[r * width + at] = raw;
            }
        }
    }

    /** In the order in which the schema names them. */
    private double[] targets() {
        List<String> names = layout.columns().stream().map(CsvColumns.Column::name).toList();
        int[] from = schema.targets().stream().mapToInt(names::indexOf).toArray();
        double[] targets = new double[rows.size() * from.length];
        for (int r = 0; r < rows.size(); r++) {
            for (int t = 0; t < from.length; t++) {
                targets[r * from.length + t] = rows.get(r)[from[t]];
            }
        }
        return targets;
    }
}
