package cairn.explain;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Normalization;

/** Measures the scale of features and targets, as network and loss see them. */
final class InputScale {
    private InputScale() {
    }

    /** Over {@code rows}, with the normalization of the training. */
    static Symptoms.Inputs of(DataSet rows, Normalization by) {
        int width = rows.featureCount();
        double[] sum = new double[width];
        double[] squares = new double[width];
        float[] x = new float[width];
        for (int row = 0; row < rows.size(); row++) {
            rows.features(row, x, 0, by);
            for (int f = 0; f < width; f++) {
                sum[f] += x[f];
                squares[f] += (double) x[f] * x[f];
            }
        }
        int largest = 0;
        double most = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int f = 0; f < width; f++) {
            largest = squares[f] > squares[largest] ? f : largest;
            double mean = sum[f] / rows.size();
            double deviation = Math.sqrt(Math.max(0, squares[f] / rows.size() - mean * mean));
            if (deviation > 1e-12 * Math.abs(mean) && deviation > 0) {
                most = Math.max(most, deviation);
                least = Math.min(least, deviation);
            }
        }
        boolean isTable = rows.shape().length == 1;
        return new Symptoms.Inputs(Math.sqrt(squares[largest] / rows.size()), name(rows, largest), isTable && most > 0 ? most / least : 1,
                targets(rows));
    }

    private static String name(DataSet rows, int feature) {
        var names = rows.columns().featureNames();
        return names.isEmpty() ? "feature " + (feature + 1) : "the column " + names.get(feature);
    }

    private static double targets(DataSet rows) {
        if (!(rows.labels() instanceof Labels.Reals reals)) {
            return 1;
        }
        double[] squares = new double[reals.width()];
        double[] t = new double[reals.width()];
        for (int row = 0; row < rows.size(); row++) {
            rows.targets(row, t, 0);
            for (int i = 0; i < t.length; i++) {
                squares[i] += t[i] * t[i];
            }
        }
        double most = 0;
        for (double s : squares) {
            most = Math.max(most, Math.sqrt(s / rows.size()));
        }
        return most;
    }
}
