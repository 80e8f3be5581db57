package cairn.lab;

import cairn.chart.Bars;
import cairn.chart.Chart;
import cairn.chart.Curves;
import cairn.chart.Point;
import cairn.chart.Series;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * The files of a report: {@code NAME.md}, and for the first, second, ... table {@code NAME.csv}, {@code NAME-2.csv}, ..., for the
 * figures {@code NAME.svg}, {@code NAME.png}, {@code NAME-2.svg}, ..., with the numbers of each figure in {@code NAME-figure.csv}.
 */
public final class Pages {
    private static final CSVFormat CSV = CSVFormat.DEFAULT.builder().setRecordSeparator("\n").get();

    private Pages() {
    }

    /**
     * Creates {@code folder} if it does not exist, and checks that it can be written to before the work begins.
     *
     * @throws IOException if it cannot be written to, with the reason
     */
    public static void prepare(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".cairn", ".tmp"));
        } catch (FileSystemException e) {
            throw new IOException("cannot write results into " + folder + ": " + (Files.exists(folder) && !Files.isDirectory(folder)
                    ? "it is a file" : e.getReason() != null ? e.getReason() : "no permission (" + e.getFile() + ")")
                    + "\nName another folder with --out.", e);
        }
    }

    /** Writes every file of {@code report} into {@code folder}, overwrites files of these names, and returns them. */
    public static List<Path> write(Experiment experiment, Report report, Path folder) throws IOException {
        List<Path> written = new ArrayList<>();
        for (int i = 0; i < report.tables().size(); i++) {
            written.add(table(report.tables().get(i), folder.resolve(file(experiment, i) + ".csv")));
        }
        for (int i = 0; i < report.figures().size(); i++) {
            Chart chart = report.figures().get(i).chart();
            chart.writeTo(folder, file(experiment, i));
            written.add(folder.resolve(file(experiment, i) + ".svg"));
            written.add(folder.resolve(file(experiment, i) + ".png"));
            written.add(figure(chart, folder.resolve(file(experiment, i) + "-figure.csv")));
        }
        Path page = folder.resolve(experiment.name() + ".md");
        Files.writeString(page, page(experiment, report));
        written.add(page);
        return written;
    }

    private static String file(Experiment experiment, int index) {
        return experiment.name() + (index == 0 ? "" : "-" + (index + 1));
    }

    private static Path table(Table table, Path file) throws IOException {
        try (Writer out = Files.newBufferedWriter(file); CSVPrinter csv = new CSVPrinter(out, CSV)) {
            csv.printRecord(table.heads());
            for (List<Object> row : table.rows()) {
                csv.printRecord(row);
            }
        }
        return file;
    }

    /** The numbers of a figure, one point a line. */
    private static Path figure(Chart chart, Path file) throws IOException {
        try (Writer out = Files.newBufferedWriter(file); CSVPrinter csv = new CSVPrinter(out, CSV)) {
            if (chart instanceof Curves curves) {
                csv.printRecord("series", curves.x().label(), curves.y().label(), "low", "high");
                for (Series s : curves.series()) {
                    for (Point p : s.points()) {
                        csv.printRecord(s.name(), p.x(), p.y(), p.low(), p.high());
                    }
                }
            } else if (chart instanceof Bars bars) {
                csv.printRecord("bars", bars.x(), bars.y().label(), "error");
                for (Bars.Group g : bars.groups()) {
                    for (int i = 0; i < bars.categories().size(); i++) {
                        csv.printRecord(g.name(), bars.categories().get(i), g.values().get(i), g.errors().isEmpty() ? 0
                                : g.errors().get(i));
                    }
                }
            }
        }
        return file;
    }

    private static String page(Experiment experiment, Report report) {
        StringBuilder page = new StringBuilder("# " + experiment.name() + "\n\n" + experiment.question() + "\n\n## What was done\n\n");
        report.method().forEach(p -> page.append(p).append("\n\n"));
        page.append("## What came out\n\n");
        for (int i = 0; i < Math.max(report.tables().size(), report.figures().size()); i++) {
            if (i < report.tables().size()) {
                page.append("**").append(report.tables().get(i).title()).append("**\n\n").append(markdown(report.tables().get(i)))
                        .append('\n');
            }
            if (i < report.figures().size()) {
                Report.Figure f = report.figures().get(i);
                page.append("![").append(f.chart().title()).append("](").append(file(experiment, i)).append(".svg)\n\n")
                        .append(f.caption()).append("\n\n");
            }
        }
        page.append("## What to notice\n\n");
        report.findings().forEach(f -> page.append("- ").append(f).append('\n'));
        page.append("\n## Exercises\n\n");
        report.exercises().forEach(e -> page.append("1. ").append(e).append('\n'));
        return page.toString();
    }

    private static String markdown(Table table) {
        StringBuilder lines = new StringBuilder("| " + String.join(" | ", table.heads()) + " |\n|" + "---|".repeat(table.heads().size())
                + "\n");
        table.rows().forEach(row -> lines.append("| ")
                .append(String.join(" | ", row.stream().map(cell -> Table.text(cell).replace("|", "\\|")).toList())).append(" |\n"));
        return lines.toString();
    }
}
