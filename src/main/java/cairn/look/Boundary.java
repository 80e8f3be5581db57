package cairn.look;

import java.util.List;

/**
 * What a model says of each point of a plane: for rows of two features.
 *
 * @param features the names of the two features
 * @param x from and to, of the first feature
 * @param y from and to, of the second feature
 * @param cells how many points a side has; point (i, j) is at the middle of its cell: x = from + (i + ½)·(to - from) / cells
 * @param names the classes, or the labels that do not exclude each other
 * @param best the most probable name of each point, row after row of equal y, the least y first; -1 if a score is not a number
 * @param probability of that name at each point; its score if the model gives no probabilities
 * @param areExclusive whether a row has one of the names, not several or none
 * @param areProbabilities whether the model gives probabilities
 * @param points the rows of the run
 */
public record Boundary(List<String> features, Range x, Range y, int cells, List<String> names, List<Integer> best, List<Double> probability,
        boolean areExclusive, boolean areProbabilities, List<Point> points) {

    public Boundary {
        features = List.copyOf(features);
        names = List.copyOf(names);
        best = List.copyOf(best);
        probability = List.copyOf(probability);
        points = List.copyOf(points);
    }

    /** From the least to the greatest value. */
    public record Range(double from, double to) {
        /** The middle of cell {@code i} of {@code cells}. */
        public double middle(int i, int cells) {
            return from + (i + 0.5) * (to - from) / cells;
        }
    }

    /**
     * A row of the run.
     *
     * @param row its number in the data set that was read
     * @param label the index of its class; the first label that it has; -1 if it has none
     */
    public record Point(int row, double x, double y, int label, Part part) {
    }
}
