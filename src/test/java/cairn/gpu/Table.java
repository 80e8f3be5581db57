package cairn.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The results so far, with a file for each check. So a report can be made in several commands, and a crash of one of them loses no earlier
 * result.
 *
 * @param parts the names of the checks, in the order of the table
 */
record Table(Path folder, List<String> parts) {
    /** The table in Markdown. */
    static final String FILE = "table.md";
    private static final String FACTS = "machine.txt";
    private static final String ROWS = ".rows";
    private static final String SEPARATOR = "\t";

    /** Replaces the results of one check. */
    void put(String part, List<Row> rows) throws IOException {
        Files.write(folder.resolve(part + ROWS), rows.stream().map(Row::line).toList());
    }

    List<Row> rows(String part) throws IOException {
        Path file = folder.resolve(part + ROWS);
        return Files.exists(file) ? Files.readAllLines(file).stream().map(Row::parse).toList() : List.of();
    }

    /** Adds facts about the machine; a fact of the same name is replaced. */
    void putFacts(Map<String, String> facts) throws IOException {
        Map<String, String> all = facts();
        all.putAll(facts);
        Files.write(folder.resolve(FACTS), all.entrySet().stream().map(e -> e.getKey() + SEPARATOR + e.getValue()).toList());
    }

    Map<String, String> facts() throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        Path file = folder.resolve(FACTS);
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            String[] cells = line.split(SEPARATOR, 2);
            facts.put(cells[0], cells[cells.length - 1]);
        }
        return facts;
    }

    /** Whether any result is {@code FAILED}. */
    boolean hasFailed() throws IOException {
        for (String part : parts) {
            if (rows(part).stream().anyMatch(r -> r.verdict() == Row.Verdict.FAILED)) {
                return true;
            }
        }
        return false;
    }

    /** As Markdown with aligned columns; it is written into the folder too. */
    String markdown() throws IOException {
        List<List<String>> facts = new ArrayList<>(List.of(List.of("machine", "")));
        facts().forEach((name, value) -> facts.add(List.of(name, value)));
        List<List<String>> found = new ArrayList<>(List.of(List.of("part", "what", "", "result")));
        for (String part : parts) {
            for (Row row : rows(part)) {
                found.add(List.of(part, row.what(), row.verdict().toString(), row.result()));
            }
        }
        String text = aligned(facts) + "\n" + aligned(found);
        Files.writeString(folder.resolve(FILE), text);
        return text;
    }

    private static String aligned(List<List<String>> lines) {
        int[] widths = IntStream.range(0, lines.get(0).size())
                .map(column -> lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0)).map(w -> Math.max(3, w))
                .toArray();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            List<String> line = lines.get(i);
            // The last column is long: with padding it would be wrapped on every screen.
            text.append(IntStream.range(0, widths.length).mapToObj(c -> c == widths.length - 1 ? line.get(c) : padded(line.get(c),
                    widths[c]))
                    .collect(Collectors.joining(" | ", "| ", " |\n")));
            if (i == 0) {
                text.append("|").append("---|".repeat(widths.length)).append("\n");
            }
        }
        return text.toString();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
