package cairn.cli.look;

import cairn.cli.args.StoredRun;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.Screen;
import cairn.disk.RealDisk;
import cairn.look.curve.Curve;
import cairn.look.curve.RunCurves;
import cairn.run.Series;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The series of runs as a table, for {@code cairn log RUN... --csv}: a row for each run and step, a column for each series. An empty cell is a
 * value that was not recorded. A branch begins with the steps of its parent.
 */
public final class LogSeries {
    private static final int MOST_DIGITS = 17;

    private final Map<String, RunCurves> runs = new LinkedHashMap<>();
    private final Set<String> columns = new LinkedHashSet<>();

    private LogSeries() {
    }

    /** Reads the journals of runs. What cannot be read of them is noted. */
    public static LogSeries of(List<StoredRun> runs, Screen screen) throws IOException {
        LogSeries series = new LogSeries();
        for (StoredRun run : runs) {
            RunCurves curves = RunCurves.of(run.folder(), new RealDisk());
            curves.problems().forEach(screen::note);
            if (series.runs.put(run.name(), curves) != null) {
                throw CommandException.usage("two of the runs are called " + run.name() + ", so their rows could not be told apart");
            }
        }
        Set<String> names = new TreeSet<>();
        series.runs.values().forEach(curves -> names.addAll(curves.curves().keySet()));
        for (String name : names) {
            series.columns.add(name);
            if (series.runs.values().stream().anyMatch(c -> c.curve(name).filter(Curve::hasIntervals).isPresent())) {
                String measure = Series.measure(name).orElseThrow();
                series.columns.addAll(List.of(Series.low(measure), Series.high(measure)));
            }
        }
        return series;
    }

    /** A place for lines. */
    private interface Lines {
        void line(String text) throws IOException;
    }

    /** Prints the table: CSV, or lines of JSON if the screen is for programs. */
    public void print(Screen screen) throws IOException {
        if (screen.isJson()) {
            rows((run, step, values) -> screen.emit(object(run, step, values)));
        } else {
            csv(screen::print);
        }
    }

    /**
     * Writes the table into a file that does not exist: CSV, or lines of JSON if its name ends in {@code .jsonl}.
     *
     * @throws FileAlreadyExistsException if it exists
     */
    public void write(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file.toString(), null, "it exists, and is not replaced; delete it first, or use another name");
        }
        try (Writer out = Files.newBufferedWriter(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Lines lines = text -> out.append(text).append('\n');
            if (file.toString().endsWith(".jsonl")) {
                rows((run, step, values) -> lines.line(object(run, step, values).toString()));
            } else {
                csv(lines);
            }
        }
    }

    private void csv(Lines lines) throws IOException {
        lines.line("run,step,epoch," + String.join(",", columns) + ",marks");
        rows((run, step, values) -> {
            StringBuilder line = new StringBuilder(quoted(run)).append(',').append(step).append(',').append(epoch(run, step));
            for (String column : columns) {
                line.append(',').append(values.containsKey(column) ? text(values.get(column)) : "");
            }
            lines.line(line.append(',').append(quoted(marks(run, step))).toString());
        });
    }

    private ObjectNode object(String run, long step, Map<String, Double> values) {
        ObjectNode line = Screen.event("step").put("run", run).put("step", step);
        String epoch = epoch(run, step);
        if (!epoch.isEmpty()) {
            line.put("epoch", Double.parseDouble(epoch));
        }
        values.forEach((name, value) -> {
            if (Double.isFinite(value)) {
                line.put(name, value);
            } else {
                line.putNull(name);
            }
        });
        if (!marks(run, step).isEmpty()) {
            line.put("marks", marks(run, step));
        }
        return line;
    }

    private String epoch(String run, long step) {
        return runs.get(run).stepsPerEpoch().isEmpty() ? "" : text((double) step / runs.get(run).stepsPerEpoch().getAsLong());
    }

    private String marks(String run, long step) {
        return runs.get(run).marks().stream().filter(m -> m.step() == step).map(m -> m.kind().word() + ": " + m.text())
                .collect(Collectors.joining("; "));
    }

    /** Receives the values of a run at a step, by column. */
    private interface Row {
        void of(String run, long step, Map<String, Double> values) throws IOException;
    }

    private void rows(Row row) throws IOException {
        for (Map.Entry<String, RunCurves> run : runs.entrySet()) {
            List<Curve> curves = List.copyOf(run.getValue().curves().values());
            int[] next = new int[curves.size()];
            long[] steps = steps(run.getValue());
            for (long step : steps) {
                Map<String, Double> values = new LinkedHashMap<>();
                for (int c = 0; c < next.length; c++) {
                    if (next[c] < curves.get(c).size() && curves.get(c).step(next[c]) == step) {
                        put(values, curves.get(c), next[c]++);
                    }
                }
                row.of(run.getKey(), step, values);
            }
        }
    }

    private static long[] steps(RunCurves run) {
        long[] all = run.marks().stream().mapToLong(m -> m.step()).toArray();
        for (Curve curve : run.curves().values()) {
            int had = all.length;
            all = Arrays.copyOf(all, had + curve.size());
            System.arraycopy(curve.steps(), 0, all, had, curve.size());
            all = Arrays.stream(all).sorted().distinct().toArray();
        }
        return all;
    }

    private static void put(Map<String, Double> values, Curve curve, int index) {
        values.put(curve.name(), curve.value(index));
        if (curve.hasInterval(index)) {
            String measure = Series.measure(curve.name()).orElseThrow();
            values.put(Series.low(measure), curve.low(index));
            values.put(Series.high(measure), curve.high(index));
        }
    }

    /**
     * The shortest decimal number that is read as the same bits. {@link Double#toString} of Java 17 writes up to two digits more than that
     * needs.
     */
    static String text(double value) {
        String text = Double.toString(value);
        if (text.endsWith(".0")) {
            return text.substring(0, text.length() - 2);
        } else if (!Double.isFinite(value)) {
            return text;
        }
        String shortest = text;
        BigDecimal exact = new BigDecimal(text);
        for (int digits = Math.min(MOST_DIGITS, exact.precision() - 1); digits > 0; digits--) {
            double shorter = exact.round(new MathContext(digits)).doubleValue();
            if (Double.doubleToLongBits(shorter) != Double.doubleToLongBits(value)) {
                return shortest;
            }
            shortest = exact.round(new MathContext(digits)).toString();
        }
        return shortest;
    }

    /** As RFC 4180 says. */
    private static String quoted(String text) {
        return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
