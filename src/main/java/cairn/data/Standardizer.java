package cairn.data;

import java.util.Arrays;

/**
 * Mean and standard deviation of each feature (or channel), in two passes over the rows in double: the mean first, then the
 * squares of the distances from it. Unlike the one-pass formula, this loses no accuracy if the mean is large.
 */
final class Standardizer {
    private final DataSet rows;
    private final int channels;
    private final double[] values;
    private final boolean[] isConstant;

    private Standardizer(DataSet rows) {
        long[] shape = rows.shape();
        this.rows = rows;
        this.channels = Math.toIntExact(shape[shape.length - 1]);
        this.values = new double[rows.featureCount()];
        this.isConstant = new boolean[channels];
    }

    static Normalization fit(DataSet rows) {
        if (rows.size() == 0) {
            throw new IllegalArgumentException("cannot fit a normalization on " + rows.name() + ": it has no rows");
        }
        return new Standardizer(rows).fit();
    }

    private Normalization fit() {
        long perChannel = (long) rows.size() * (values.length / channels);
        double[] mean = mean(perChannel);
        double[] std = new double[channels];
        double[] lost = new double[channels];
        for (int row = 0; row < rows.size(); row++) {
            rows.features(row, values, 0);
            for (int i = 0; i < values.length; i++) {
                double distance = values[i] - mean[i % channels];
                add(distance * distance, i % channels, std, lost);
            }
        }
        for (int c = 0; c < channels; c++) {
            std[c] = isConstant[c] ? 1 : Math.sqrt((std[c] + lost[c]) / perChannel);
            // The squares of very small distances are 0.
            if (std[c] == 0) {
                std[c] = 1;
            }
        }
        return Normalization.of(Normalization.Kind.STANDARDIZE, mean, std);
    }

    /**
     * The means, which also finds out which channels never change. The mean of equal numbers is rounded, and is not always that number: their
     * deviation would be nearly 0 instead of 0. Such a channel gets its number as the mean.
     */
    private double[] mean(long perChannel) {
        double[] first = new double[values.length];
        rows.features(0, first, 0);
        Arrays.fill(isConstant, true);
        double[] sum = new double[channels];
        double[] lost = new double[channels];
        for (int row = 0; row < rows.size(); row++) {
            rows.features(row, values, 0);
            for (int i = 0; i < values.length; i++) {
                if (!Double.isFinite(values[i])) {
                    throw new IllegalArgumentException("cannot fit a normalization on " + rows.name() + ": row " + row + ", feature " + i
                            + " is " + values[i]);
                }
                isConstant[i % channels] &= values[i] == first[i % channels];
                add(values[i], i % channels, sum, lost);
            }
        }
        for (int c = 0; c < channels; c++) {
            sum[c] = isConstant[c] ? first[c] : (sum[c] + lost[c]) / perChannel;
        }
        return sum;
    }

    /**
     * sum[c] = sum[c] + x, with what rounding loses added up beside it (Neumaier 1974). A plain sum over the 43 million pixels of MNIST is
     * wrong in its tenth digit.
     */
    private static void add(double x, int c, double[] sum, double[] lost) {
        double all = sum[c] + x;
        lost[c] += Math.abs(sum[c]) >= Math.abs(x) ? sum[c] - all + x : x - all + sum[c];
        sum[c] = all;
    }
}
