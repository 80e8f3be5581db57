package cairn.lab;

import cairn.state.State;
import cairn.train.Trainer;
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

    /** 1, 2, 3, ... {@code last}, ever farther apart: about {@code count} of them, in equal ratios. */
    static List<Integer> moments(int last, int count) {
        TreeSet<Integer> moments = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            moments.add((int) Math.round(Math.pow(last, (double) i / (count - 1))));
        }
        return new ArrayList<>(moments);
    }
}
