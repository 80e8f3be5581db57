package cairn.journal;

import java.util.List;

/**
 * The steps of which one attempt recorded a series.
 *
 * @param attempt the number of the attempt
 * @param first the smallest step
 * @param last the largest step
 */
public record Stretch(long attempt, long first, long last) {

    public boolean contains(long step) {
        return first <= step && step <= last;
    }

    /** Adds a row to the stretches of its series, which are in the order of the attempts. */
    static void extend(Row row, List<Stretch> all) {
        int newest = all.size() - 1;
        if (newest >= 0 && all.get(newest).attempt == row.attempt()) {
            Stretch s = all.get(newest);
            if (!s.contains(row.step())) {
                all.set(newest, new Stretch(s.attempt, Math.min(s.first, row.step()), Math.max(s.last, row.step())));
            }
        } else {
            all.add(new Stretch(row.attempt(), row.step(), row.step()));
        }
    }

    /** Cuts off every later step. */
    static void forgetAfter(long step, List<Stretch> all) {
        all.removeIf(s -> s.first > step);
        all.replaceAll(s -> s.last > step ? new Stretch(s.attempt, s.first, step) : s);
    }
}
