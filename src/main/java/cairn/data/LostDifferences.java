package cairn.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which features and targets lose a difference when they are rounded to 32 bits: two numbers that differ in the file are one number in
 * training. This happens to large numbers that are close to each other, such as times in seconds since 1970.
 */
public final class LostDifferences {
    /** Beyond so many numbers the search would take longer than the start of a training. */
    private static final long MOST_NUMBERS = 20_000_000;
    /** So many numbers are in memory at a time. */
    private static final int AT_A_TIME = 1_000_000;

    private LostDifferences() {
    }

    /**
     * The names, in the order of the columns; none for bytes, which lose nothing, and for more than 20 million numbers.
     *
     * @param kind how the features are normalized, fitted on these rows
     */
    public static List<String> of(DataSet rows, Normalization.Kind kind) {
        int width = rows.featureCount();
        if (rows.isBytes() || (long) rows.size() * width > MOST_NUMBERS) {
            return List.of();
        }
        Normalization by = Normalization.fit(kind, rows);
        List<String> names = rows.columns().featureNames();
        List<String> lost = new ArrayList<>();
        for (int i : losing(rows.size(), width, (row, into) -> rows.features(row, into, 0), (row, into) -> rows.features(row, into, 0, by))) {
            lost.add(names.isEmpty() ? "feature " + i : "column \"" + names.get(i) + "\"");
        }
        if (rows.labels() instanceof Labels.Reals reals) {
            DataSet source = rows instanceof NormalizedTargets normalized ? normalized.source() : rows;
            for (int t : losing(rows.size(), reals.width(), (row, into) -> source.targets(row, into, 0),
                    (row, into) -> rows.targets(row, into, 0))) {
                lost.add("target \"" + reals.names().get(t) + "\"");
            }
        }
        return lost;
    }

    /** Writes the numbers of a row to an array. */
    private interface Reader<T> {
        void read(int row, T into);
    }

    /** The columns that have more different numbers before they are rounded than after it. Few columns are in memory at a time. */
    private static List<Integer> losing(int rows, int width, Reader<double[]> exactly, Reader<float[]> rounded) {
        List<Integer> losing = new ArrayList<>();
        double[] exactRow = new double[width];
        float[] roundedRow = new float[width];
        int most = Math.max(1, AT_A_TIME / Math.max(1, rows));
        for (int from = 0; from < width; from += most) {
            int count = Math.min(most, width - from);
            double[][] before = new double[count][rows];
            float[][] after = new float[count][rows];
            for (int row = 0; row < rows; row++) {
                exactly.read(row, exactRow);
                rounded.read(row, roundedRow);
                for (int i = 0; i < count; i++) {
                    before[i][row] = exactRow[from + i];
                    after[i][row] = roundedRow[from + i];
                }
            }
            for (int i = 0; i < count; i++) {
                if (different(before[i]) != different(after[i])) {
                    losing.add(from + i);
                }
            }
        }
        return losing;
    }

    private static int different(double[] numbers) {
        Arrays.sort(numbers);
        return (int) IntStream.range(0, numbers.length).filter(i -> i == 0 || numbers[i] != numbers[i - 1]).count();
    }

    private static int different(float[] numbers) {
        Arrays.sort(numbers);
        return (int) IntStream.range(0, numbers.length).filter(i -> i == 0 || numbers[i] != numbers[i - 1]).count();
    }
}
