package cairn.explain;

import cairn.data.DataSet;
import cairn.data.Normalization;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many labels of the training rows look wrong. A label is doubted if two witnesses that know little of each other name the same other
 * class: the model, which is as sure of it as it is of that class on the average (the confident joint of Northcutt, Jiang and Chuang,
 * "Confident learning", JAIR 2021, section 3.1), and the {@link #NEIGHBOURS} nearest rows, most of which are of it (Wilson, 1972).
 *
 * @param step the step of the model: that of the best evaluation, because later a large model knows wrong labels by heart
 * @param rows how many rows were looked at
 * @param byNeighbours the share of rows that the neighbours contradict
 * @param byBoth the share of rows that the model contradicts too
 * @param doubted the rows that both contradict, by their numbers in the data set that was read, the surest first
 */
record LabelDoubt(long step, int rows, double byNeighbours, double byBoth, List<Integer> doubted) {
    /** So many that 15 % of wrong labels leave a clear majority. */
    static final int NEIGHBOURS = 20;
    /** The share of neighbours that contradict a label. */
    static final double MAJORITY = 0.7;
    /** Below this many rows, 20 neighbours are no neighbourhood. */
    static final int FEWEST_ROWS = 100;
    /** Distances are computed over at most this many pairs of numbers. */
    private static final double MOST_PRODUCTS = 4e8;

    /** How many rows of {@code features} numbers can be compared with each other. */
    static int mostRows(int features) {
        return (int) Math.sqrt(MOST_PRODUCTS / Math.max(1, features));
    }

    /**
     * Of rows of classes.
     *
     * @param indices the number of each row in the data set that was read
     * @param probabilities by row and class
     * @param by the normalization of the training, so that no feature outweighs the others
     */
    static LabelDoubt of(long step, DataSet rows, int[] indices, double[][] probabilities, Normalization by) {
        int n = rows.size();
        int classes = rows.labels().width();
        int[] labels = IntStream.range(0, n).map(rows::label).toArray();
        double[] sure = new double[classes];
        int[] count = new int[classes];
        for (int i = 0; i < n; i++) {
            sure[labels[i]] += probabilities[i][labels[i]];
            count[labels[i]]++;
        }
        int[] others = contradicting(rows, labels, classes, by);
        List<Integer> doubted = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            int said = largest(probabilities[i]);
            if (said != labels[i] && said == others[i] && count[said] > 0 && probabilities[i][said] >= sure[said] / count[said]) {
                doubted.add(i);
            }
        }
        doubted.sort(Comparator.comparingDouble((Integer i) -> probabilities[i][labels[i]]).thenComparing(Comparator.naturalOrder()));
        long byNeighbours = IntStream.of(others).filter(c -> c >= 0).count();
        return new LabelDoubt(step, n, (double) byNeighbours / n, (double) doubted.size() / n, doubted.stream().map(i -> indices[i])
                .toList());
    }

    private static int largest(double[] values) {
        int best = 0;
        for (int c = 1; c < values.length; c++) {
            best = values[c] > values[best] ? c : best;
        }
        return best;
    }

    /** Of each row, the class that its neighbours say instead of its own; -1 if they do not. */
    private static int[] contradicting(DataSet rows, int[] labels, int classes, Normalization by) {
        int width = rows.featureCount();
        float[][] x = new float[rows.size()][width];
        for (int i = 0; i < x.length; i++) {
            rows.features(i, x[i], 0, by);
        }
        int[] others = new int[x.length];
        for (int i = 0; i < x.length; i++) {
            int[] votes = votes(i, x, labels, classes);
            int most = 0;
            for (int c = 1; c < classes; c++) {
                most = votes[c] > votes[most] ? c : most;
            }
            others[i] = most != labels[i] && votes[most] >= MAJORITY * NEIGHBOURS ? most : -1;
        }
        return others;
    }

    /** How many of the nearest rows are of each class. */
    private static int[] votes(int row, float[][] x, int[] labels, int classes) {
        double[] distances = new double[x.length];
        for (int j = 0; j < x.length; j++) {
            double sum = 0;
            for (int f = 0; f < x[row].length; f++) {
                double d = x[row][f] - x[j][f];
                sum += d * d;
            }
            distances[j] = j == row ? Double.POSITIVE_INFINITY : sum;
        }
        int[] votes = new int[classes];
        IntStream.range(0, x.length).boxed().sorted(Comparator.comparingDouble((Integer j) -> distances[j])
                .thenComparing(Comparator.naturalOrder()))
                .limit(NEIGHBOURS).forEach(j -> votes[labels[j]]++);
        return votes;
    }
}
