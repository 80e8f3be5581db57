package cairn.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of results.
 *
 * @param title what it shows
 * @param heads one for each column
 * @param rows cells are text, whole numbers or reals
 */
public record Table(String title, List<String> heads, List<List<Object>> rows) {
    public Table {
        heads = List.copyOf(heads);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<Object> row : rows) {
            if (row.size() != heads.size()) {
                throw new IllegalArgumentException("the table '" + title + "' has " + heads.size() + " columns, found the row " + row);
            }
        }
    }

    /** Without rows yet. */
    public static Table of(String title, String... heads) {
        return new Table(title, List.of(heads), List.of());
    }

    /** This table and one row more. */
    public Table plus(Object... cells) {
        List<List<Object>> more = new ArrayList<>(rows);
        more.add(List.of(cells));
        return new Table(title, heads, more);
    }

    /** A cell as people read it: four digits of a real number. */
    public static String text(Object cell) {
        return cell instanceof Double d ? Numbers.text(d) : cell.toString();
    }
}
