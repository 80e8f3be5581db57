package cairn.lab;

import cairn.chart.Chart;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What an experiment found.
 *
 * @param method what was done, one paragraph each
 * @param tables the first is the main one
 * @param figures the first is the main one
 * @param findings what to notice, one sentence or two each, made from what was measured
 * @param exercises what a reader may try next
 */
public record Report(List<String> method, List<Table> tables, List<Figure> figures, List<String> findings, List<String> exercises) {

    /** A chart and what to see in it. */
    public record Figure(Chart chart, String caption) {
    }

    public Report {
        method = List.copyOf(method);
        tables = List.copyOf(tables);
        figures = alike(figures);
        findings = List.copyOf(findings);
        exercises = List.copyOf(exercises);
        if (tables.isEmpty() || figures.isEmpty() || findings.isEmpty()) {
            throw new IllegalArgumentException("a report needs a table, a figure and a finding, found " + tables.size() + ", "
                    + figures.size() + " and " + findings.size());
        }
    }

    /** In all figures of a report, one thing has one colour and dash. */
    private static List<Figure> alike(List<Figure> figures) {
        List<Chart> charts = Chart.ofOnePage(figures.stream().map(Figure::chart).toList());
        return IntStream.range(0, figures.size()).mapToObj(i -> new Figure(charts.get(i), figures.get(i).caption())).toList();
    }
}
