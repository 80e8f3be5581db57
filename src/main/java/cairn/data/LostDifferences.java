package cairn.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which features and targets lose a difference when they are rounded to 32 bits: two numbers that differ in the file are one number in
 * training. This happens to large numbers that are close to each other, such as times in seconds since 1970.
 */
public final class LostDifferences {
    /** Beyond so many numbers the search would take longer than the start of a training. */
    private static final long MOST_NUMBERS = 20_000_000;

    private LostDifferences() {
    }

    /** The names, in the order of the columns; none for bytes, which lose nothing, and for more than 20 million numbers. */
    public static List<String> of(DataSet rows, Normalization by) {
        int width = rows.featureCount();
        List<String> lost = new ArrayList<>();
        if (rows.isBytes() || (long) rows.size() * width > MOST_NUMBERS) {
            return lost;
        }
        List<String> names = rows.columns().featureNames();
        double[][] exact = new double[rows.size()][width];
        float[][] rounded = new float[rows.size()][width];
        for (int row = 0; row < rows.size(); row++) {
            rows.features(row, exact[row], 0);
            rows.features(row, rounded[row], 0, by);
        }
        for (int i = 0; i < width; i++) {
            if (loses(exact, rounded, i)) {
                lost.add(names.isEmpty() ? "feature " + i : "column \"" + names.get(i) + "\"");
            }
        }
        if (rows.labels() instanceof Labels.Reals reals) {
            targets(rows, reals, lost);
        }
        return lost;
    }

    private static void targets(DataSet rows, Labels.Reals reals, List<String> lost) {
        double[][] exact = new double[rows.size()][reals.width()];
        float[][] rounded = new float[rows.size()][reals.width()];
        DataSet source = rows instanceof NormalizedTargets normalized ? normalized.source() : rows;
        for (int row = 0; row < rows.size(); row++) {
            source.targets(row, exact[row], 0);
            rows.targets(row, rounded[row], 0);
        }
        for (int t = 0; t < reals.width(); t++) {
            if (loses(exact, rounded, t)) {
                lost.add("target \"" + reals.names().get(t) + "\"");
            }
        }
    }

    private static boolean loses(double[][] exact, float[][] rounded, int column) {
        Integer[] order = new Integer[exact.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(exact[a][column], exact[b][column]));
        for (int i = 1; i < order.length; i++) {
            if (exact[order[i]][column] != exact[order[i - 1]][column] && rounded[order[i]][column] == rounded[order[i - 1]][column]) {
                return true;
            }
        }
        return false;
    }
}
