package cairn.lab;

import cairn.state.State;
import cairn.train.Advance;
import cairn.train.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The course of a training: going forward, and where to look on the way. */
final class Course {
    private Course() {
    }

    /** Goes forward until {@code step}, with the evaluations that the recipe asks for. */
    static void advance(Trainer trainer, long step) {
        new Advance(trainer, new Advance.Listener() { }).to(step);
    }

    /** The state after {@code step} updates from where {@code trainer} stands. */
    static State at(Trainer trainer, long step) {
        advance(trainer, step);
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
