package cairn.look;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Rows;
import cairn.data.Table;
import cairn.train.RowResults;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Makes the {@link Boundary} of a model of two features. */
final class Plane {
    /** How much of its side a picture shows around the rows. */
    private static final double MARGIN = 0.1;

    private Plane() {
    }

    /** Empty unless rows have two features, and classes or labels. */
    static Optional<Boundary> of(Trainer trainer, int cells) {
        DataSet train = trainer.data().splits().train();
        boolean areNamed = train.labels() instanceof Labels.Classes || RowResults.givesProbabilities(trainer);
        if (train.featureCount() != 2 || !areNamed) {
            return Optional.empty();
        }
        List<Boundary.Point> points = points(trainer.data());
        Boundary.Range x = range(points.stream().mapToDouble(Boundary.Point::x));
        Boundary.Range y = range(points.stream().mapToDouble(Boundary.Point::y));
        double[] grid = new double[2 * cells * cells];
        for (int j = 0; j < cells; j++) {
            for (int i = 0; i < cells; i++) {
                grid[2 * (j * cells + i)] = x.middle(i, cells);
                grid[2 * (j * cells + i) + 1] = y.middle(j, cells);
            }
        }
        double[][] scores = RowResults.scores(trainer, rows(train, grid));
        List<Integer> best = new ArrayList<>();
        List<Double> probability = new ArrayList<>();
        for (double[] row : scores) {
            int most = best(row);
            best.add(most);
            probability.add(most < 0 ? Double.NaN : row[most]);
        }
        return Optional.of(new Boundary(features(train), x, y, cells, train.labels().names(), best, probability,
                train.labels() instanceof Labels.Classes, RowResults.givesProbabilities(trainer), points));
    }

    private static List<String> features(DataSet rows) {
        return rows.columns().isEmpty() ? List.of("feature 1", "feature 2") : rows.columns().featureNames();
    }

    /** Of equal scores the first, as in an evaluation. */
    private static int best(double[] scores) {
        return DoubleStream.of(scores).anyMatch(Double::isNaN) ? -1
                : IntStream.range(0, scores.length).reduce(0, (a, b) -> scores[b] > scores[a] ? b : a);
    }

    private static Table rows(DataSet like, double[] grid) {
        return like.labels() instanceof Labels.Classes classes ? Table.ofDoubles("grid", like.shape(), grid, classes, new int[grid.length / 2])
                : Table.ofDoubles("grid", like.shape(), grid, (Labels.Reals) like.labels(), new double[grid.length / 2 * like.labels().width()]);
    }

    private static List<Boundary.Point> points(TrainingData data) {
        List<Boundary.Point> points = new ArrayList<>();
        for (Part part : Part.values()) {
            DataSet rows = data.rows(part.text());
            double[] xy = new double[2];
            for (int i = 0; i < rows.size(); i++) {
                rows.features(i, xy, 0);
                points.add(new Boundary.Point(Rows.sourceRow(rows, i), xy[0], xy[1], label(rows, i), part));
            }
        }
        return points;
    }

    private static int label(DataSet rows, int i) {
        if (rows.labels() instanceof Labels.Classes) {
            return rows.label(i);
        }
        double[] targets = new double[rows.labels().width()];
        rows.targets(i, targets, 0);
        return IntStream.range(0, targets.length).filter(t -> targets[t] >= 0.5).findFirst().orElse(-1);
    }

    private static Boundary.Range range(DoubleStream values) {
        double[] all = values.toArray();
        double least = DoubleStream.of(all).min().orElse(0);
        double greatest = DoubleStream.of(all).max().orElse(0);
        double margin = least == greatest ? 1 : MARGIN * (greatest - least);
        return new Boundary.Range(least - margin, greatest + margin);
    }
}
