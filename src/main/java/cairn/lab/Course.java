package cairn.lab;

import cairn.chart.Point;
import cairn.chart.Series;
import cairn.data.Rows;
import cairn.data.Splits;
import cairn.state.State;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;

/** What experiments share: trainings of a given length, and the moments at which they are measured. */
final class Course {
    private Course() {
    }

    /** Trains to {@code step} and takes the state. */
    static State at(Trainer trainer, long step) {
        trainer.trainTo(step);
        return trainer.snapshot();
    }

    /**
     * {@code data} with its training rows under other numbers: row i is row {@code order[i]} of the original. A training on it visits the
     * same rows in another order. It keeps its digest, because the rows are the same.
     */
    static TrainingData reordered(TrainingData data, int[] order) {
        Splits s = data.splits();
        return new TrainingData(new Splits(new Rows(s.train().name(), s.train(), order), s.validation(), s.test()), data.digest(), data.split());
    }

    /** About {@code count} steps from 1 to {@code last}, in equal ratios. */
    static List<Integer> moments(int last, int count) {
        TreeSet<Integer> moments = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            moments.add((int) Math.round(Math.pow(last, (double) i / (count - 1))));
        }
        return new ArrayList<>(moments);
    }

    /** A line of {@code value}, by index of the moment. */
    static Series line(String name, List<Integer> moments, IntToDoubleFunction value) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < moments.size(); i++) {
            points.add(Point.of(moments.get(i), value.applyAsDouble(i)));
        }
        return Series.line(name, points);
    }
}
