package cairn.lab;

import cairn.data.Rows;
import cairn.data.Splits;
import cairn.state.State;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The course of a training: going forward, and where to look on the way. */
final class Course {
    private Course() {
    }

    /** The state after {@code step} updates from where {@code trainer} stands. */
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
        return new TrainingData(new Splits(new Rows(s.train().name(), s.train(), order), s.validation(), s.test()), data.digest());
    }

    /** 1, 2, 3, ... {@code last}, ever farther apart: about {@code count} of them, in equal ratios. */
    static List<Integer> moments(int last, int count) {
        TreeSet<Integer> moments = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            moments.add((int) Math.round(Math.pow(last, (double) i / (count - 1))));
        }
        return new ArrayList<>(moments);
    }
}
