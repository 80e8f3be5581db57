package cairn.cli.terminal;

import cairn.words.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table for people. Each column is as wide as its widest cell. A row is one line, whatever its cells hold. */
public final class Columns {
    private final List<String> heads;
    private final boolean[] right;
    private final List<String[]> rows = new ArrayList<>();

    /** Columns with these heads. A column is aligned to the right if its head starts with {@code >}. */
    public Columns(String... heads) {
        this.right = new boolean[heads.length];
        String[] names = heads.clone();
        for (int i = 0; i < names.length; i++) {
            right[i] = names[i].startsWith(">");
            names[i] = Printable.line(right[i] ? names[i].substring(1) : names[i]);
        }
        this.heads = List.of(names);
    }

    public void add(String... cells) {
        if (cells.length != heads.size()) {
            throw new IllegalArgumentException("a row needs " + heads.size() + " cells, found " + cells.length);
        }
        rows.add(Arrays.stream(cells).map(Printable::line).toArray(String[]::new));
    }

    /** The heads, unless all are empty, and the rows. */
    @Override
    public String toString() {
        List<String[]> all = new ArrayList<>(rows);
        if (heads.stream().anyMatch(h -> !h.isEmpty())) {
            all.add(0, heads.toArray(String[]::new));
        }
        int[] widths = new int[heads.size()];
        for (String[] row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        return String.join(System.lineSeparator(), all.stream().map(row -> line(row, widths)).toList());
    }

    private String line(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.length; i++) {
            String gap = " ".repeat(widths[i] - row[i].length());
            line.append(i == 0 ? "" : "  ").append(right[i] ? gap + row[i] : row[i] + gap);
        }
        return line.toString().stripTrailing();
    }
}
