package cairn.data.source;

import cairn.data.MalformedDataException;
import cairn.data.TableColumns;
import cairn.data.TableColumns.Role;
import cairn.words.Spelling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where the columns of a CSV file are, and what their fields mean. The first file decides which columns there are. A later one is read with
 * the columns of the first: those that its first line names may be in any order, those that it does not name are found by their place.
 */
final class CsvColumns {

    /** A column of the first file; {@code place} is where its field is in a line of this file, or -1 if the file is without it. */
    record Column(String name, Role role, Vocabulary words, int place) {
        private Column at(int newPlace) {
            return new Column(name, role, words, newPlace);
        }

        private boolean isFeature() {
            return role.isFeature();
        }

        /** How many features a row has from it. */
        int width() {
            return role == Role.ONE_HOT ? words.size() : isFeature() ? 1 : 0;
        }
    }

    private static final String SEPARATORS = ",;\t|";

    private final Path file;
    private final CsvSchema schema;
    private final List<String> first;
    private List<Column> columns = List.of();
    private boolean hasHeader;

    private CsvColumns(Path file, CsvSchema schema, List<String> firstLine) {
        this.file = file;
        this.schema = schema;
        this.first = firstLine;
    }

    /** The columns of the first file of a data set. */
    static CsvColumns of(Path file, CsvSchema schema, List<String> firstLine) throws MalformedDataException {
        CsvColumns found = new CsvColumns(file, schema, firstLine);
        found.hasHeader = schema.header();
        List<String> names = schema.header() ? firstLine
                : IntStream.rangeClosed(1, firstLine.size()).mapToObj(Integer::toString).toList();
        found.requireDistinct(names);
        if (names.contains("") && !schema.ignored().contains("")) {
            throw new MalformedDataException(file, "line 1", "column " + (names.indexOf("") + 1) + " has no name",
                    "give it one, or ignore it: ignored: [\"\"]; a separator at the end of a line makes such a column");
        }
        Map<String, Role> roles = found.roles(names);
        List<Column> columns = new ArrayList<>();
        for (String name : names) {
            Role role = roles.getOrDefault(name, Role.NUMBER);
            columns.add(new Column(name, role, role.hasWords() ? new Vocabulary() : new Vocabulary(List.of()), columns.size()));
        }
        if (columns.stream().noneMatch(Column::isFeature)) {
            throw new MalformedDataException(file, "line 1", "no column is left to be a feature in " + Spelling.few(names),
                    "check the separator, and the columns that are ignored");
        }
        found.columns = columns;
        return found;
    }

    /**
     * The columns {@code known} in another file.
     *
     * @param isLabelled whether the file needs the labels too
     */
    static CsvColumns of(Path file, CsvSchema schema, TableColumns known, List<String> firstLine, boolean isLabelled)
            throws MalformedDataException {
        CsvColumns found = new CsvColumns(file, schema, firstLine);
        List<Column> columns = known.columns().stream().map(c -> new Column(c.name(), c.role(), new Vocabulary(c.words()), -1)).toList();
        List<Column> inputs = columns.stream().filter(Column::isFeature).toList();
        List<Column> unlabelled = columns.stream().filter(c -> c.role() != Role.LABEL && c.role() != Role.TARGET).toList();
        List<List<Column>> orders = isLabelled ? List.of(columns) : List.of(columns, unlabelled, inputs);
        found.hasHeader = found.isHeader(columns, orders);
        if (found.hasHeader && schema.header()) {
            found.columns = found.named(columns, isLabelled);
        } else {
            found.columns = found.placed(columns, orders);
        }
        return found;
    }

    List<Column> columns() {
        return columns;
    }

    /** Whether the first line names columns, and is no row. */
    boolean hasHeader() {
        return hasHeader;
    }

    /** What a later file is read with. */
    TableColumns known() {
        return new TableColumns(columns.stream().map(c -> new TableColumns.Column(c.name, c.role, c.words.words())).toList());
    }

    private Map<String, Role> roles(List<String> names) throws MalformedDataException {
        Map<String, Role> roles = new HashMap<>();
        if (!schema.label().isEmpty()) {
            assign(roles, names, List.of(schema.label()), Role.LABEL);
        }
        assign(roles, names, schema.targets(), Role.TARGET);
        assign(roles, names, schema.categorical(), schema.encoding() == CsvSchema.Encoding.ONE_HOT ? Role.ONE_HOT : Role.INDEX);
        assign(roles, names, schema.ignored(), Role.IGNORED);
        return roles;
    }

    private void assign(Map<String, Role> roles, List<String> names, List<String> chosen, Role role) throws MalformedDataException {
        for (String name : chosen) {
            if (!names.contains(name)) {
                throw new MalformedDataException(file, "line 1", "there is no column \"" + name + "\"" + Spelling.suggestion(name, names),
                        separatorHint("the columns are " + Spelling.few(names)
                                + (!schema.header() ? ", named by number because the header is switched off"
                                : first.stream().anyMatch(CsvField::isNumber) ? "; if the first line is a row, set header: false" : "")));
            }
            if (roles.putIfAbsent(name, role) != null) {
                throw new IllegalArgumentException("column \"" + name + "\" of " + file + " is given two roles: "
                        + word(roles.get(name)) + " and " + word(role));
            }
        }
    }

    private static String word(Role role) {
        return switch (role) {
            case LABEL -> "label";
            case TARGET -> "target";
            case IGNORED -> "ignored";
            case ONE_HOT, INDEX, NUMBER -> "categorical";
        };
    }

    private void requireDistinct(List<String> names) throws MalformedDataException {
        if (new HashSet<>(names).size() != names.size()) {
            throw new MalformedDataException(file, "line 1", "two columns have the same name in " + Spelling.few(names),
                    schema.header() ? "give each its own name" : "");
        }
    }

    /**
     * A first line that has the name of a column is a header. Without any it may be a row, if the fields of numeric columns are numbers. Where
     * columns have no names, a line without any number is a header that names them in words of its own.
     */
    private boolean isHeader(List<Column> known, List<List<Column>> orders) {
        if (!schema.header()) {
            return first.stream().noneMatch(CsvField::isNumber) && !first.stream().allMatch(CsvField::isMissing)
                    && known.stream().anyMatch(c -> c.role == Role.NUMBER);
        }
        return first.stream().anyMatch(field -> known.stream().anyMatch(c -> c.name.equals(field)))
                || first.stream().noneMatch(CsvField::isNumber)
                || orders.stream().filter(o -> o.size() == first.size()).noneMatch(this::isRow) && first.size() > 1
                        && orders.stream().anyMatch(o -> o.size() == first.size());
    }

    private boolean isRow(List<Column> order) {
        return IntStream.range(0, order.size()).filter(i -> order.get(i).role == Role.NUMBER)
                .allMatch(i -> CsvField.isNumber(first.get(i)) || CsvField.isMissing(first.get(i)));
    }

    private List<Column> named(List<Column> known, boolean isLabelled) throws MalformedDataException {
        List<String> names = known.stream().map(Column::name).toList();
        List<String> needed = known.stream().filter(c -> c.isFeature() || isLabelled && c.role != Role.IGNORED).map(Column::name).toList();
        List<String> unknown = first.stream().filter(name -> !names.contains(name)).toList();
        List<String> missing = needed.stream().filter(name -> !first.contains(name)).toList();
        if (!unknown.isEmpty() || !missing.isEmpty()) {
            throw new MalformedDataException(file, "line 1", "expected the columns " + Spelling.few(needed) + ", in any order; "
                    + Stream.of(list("not known: ", unknown.stream().map(CsvColumns::shown).toList()), list("missing: ", missing)).filter(s -> !s.isEmpty())
                            .reduce((a, b) -> a + "; " + b).orElse("")
                    + (unknown.size() == 1 ? Spelling.suggestion(unknown.get(0), missing) : ""),
                    separatorHint((unknown.size() == first.size() ? "the first line has to name the columns; " : "") + "name the columns as in the file that was trained on, and leave out what it does not have"));
        }
        requireDistinct(first);
        return known.stream().map(c -> c.at(first.indexOf(c.name))).toList();
    }

    private static String shown(String name) {
        return name.isEmpty() ? "a column without a name" : name;
    }

    private static String list(String what, List<String> names) {
        return names.isEmpty() ? "" : what + Spelling.few(names);
    }

    private List<Column> placed(List<Column> known, List<List<Column>> orders) throws MalformedDataException {
        for (List<Column> order : orders) {
            if (order.size() == first.size()) {
                return known.stream().map(c -> c.at(order.indexOf(c))).toList();
            }
        }
        List<Column> inputs = orders.get(orders.size() - 1);
        String all = inputs.size() == known.size() ? "" : ", or all " + known.size() + " columns of the file that was trained on";
        throw new MalformedDataException(file, "line 1", "expected " + inputs.size() + " " + (orders.size() == 1 ? "columns"
                : "features") + (schema.header() ? " (" + Spelling.few(inputs.stream().map(Column::name).toList()) + ")" : "") + all
                + ", found " + first.size() + (first.size() == 1 ? " value" : " values"),
                separatorHint(first.size() == inputs.size() + 1 ? "leave out the column of labels"
                        : "give the columns that the model was trained with, and no others"));
    }

    /** A line of one field in which another separator is was cut at the wrong character. */
    private String separatorHint(String otherwise) {
        String only = first.size() == 1 ? first.get(0) : "";
        return SEPARATORS.chars().filter(c -> c != schema.separator() && only.indexOf(c) >= 0).mapToObj(c ->
                "the columns seem to be separated by " + CsvSchema.name((char) c) + "; this data set separates them by "
                + CsvSchema.name(schema.separator()) + ", its setting separator").findFirst().orElse(otherwise);
    }
}
