package cairn.look;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Shapes;
import java.util.Locale;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A row of a data set as it is, before a normalization.
 *
 * @param row its number, from 0
 * @param label its class; or its targets with their names
 * @param shape of its features, such as {@code [28, 28, 1]}
 */
public record DataRow(int row, String label, String shape, List<Double> values) {

    public DataRow {
        values = List.copyOf(values);
    }

    /** Row {@code row} of {@code rows}. */
    public static DataRow of(DataSet rows, int row) {
        double[] values = new double[rows.featureCount()];
        rows.features(row, values, 0);
        return new DataRow(row, label(rows, row), Shapes.text(rows.shape()), DoubleStream.of(values).boxed().toList());
    }

    private static String label(DataSet rows, int row) {
        if (rows.labels() instanceof Labels.Classes classes) {
            return classes.names().get(rows.label(row));
        }
        double[] targets = new double[rows.labels().width()];
        rows.targets(row, targets, 0);
        List<String> names = rows.labels().names();
        return targets.length == 1 ? number(targets[0]) : IntStream.range(0, targets.length).mapToObj(t -> names.get(t) + " " + number(targets[t]))
                .collect(Collectors.joining(", "));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.5g", value);
    }

    /** The names of the values: those of their columns, or {@code x1}, {@code x2}, ... */
    public static List<String> names(DataSet rows) {
        List<String> names = rows.columns().featureNames();
        return names.size() == rows.featureCount() ? names : IntStream.rangeClosed(1, rows.featureCount()).mapToObj(i -> "x" + i).toList();
    }

    public double least() {
        return all().min().orElse(Double.NaN);
    }

    public double mean() {
        return all().average().orElse(Double.NaN);
    }

    public double greatest() {
        return all().max().orElse(Double.NaN);
    }

    private DoubleStream all() {
        return values.stream().mapToDouble(v -> v);
    }
}
