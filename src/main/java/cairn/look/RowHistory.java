package cairn.look;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/**
 * The losses of single rows over the steps of a run.
 *
 * @param rows their numbers in the data set that was read
 * @param steps in rising order
 * @param losses [steps][rows]
 */
public record RowHistory(Part part, List<Integer> rows, List<Long> steps, List<List<Double>> losses) {

    public RowHistory {
        rows = List.copyOf(rows);
        steps = List.copyOf(steps);
        losses = losses.stream().map(List::copyOf).toList();
    }

    /** At these steps of a run, which are reached one after the other. */
    public static RowHistory of(RunView view, Part part, List<Integer> rows, SortedSet<Long> steps, Visit visit) throws IOException {
        List<List<Double>> losses = new ArrayList<>();
        for (long step : steps) {
            visit.to(step);
            losses.add(view.losses(part, rows));
        }
        return new RowHistory(part, rows, List.copyOf(steps), losses);
    }

    /** Goes to a step of the view. */
    public interface Visit {
        void to(long step) throws IOException;
    }
}
