package cairn.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/** Which snapshot is evicted when there are too many: a pure function of their steps. The newest one never is. */
public enum EvictionPolicy {

    /** The oldest one, so that the newest steps stay. */
    OLDEST {
        @Override
        public long evict(SortedSet<Long> steps) {
            return steps.first();
        }
    },

    /**
     * One in the middle, so that older snapshots are further apart; the first one stays. It is the one without which the number of steps
     * to replay grows least, in proportion to how many steps ago that is:
     *
     * <pre>i = argmin (s(i+1) - s(i-1)) / (s(n) - s(i-1))</pre>
     *
     * <p>In a training of 20,000 steps, a step that lies a steps back needs at most so many replayed steps:
     *
     * <pre>
     *     snapshots        8     12     20     40
     *     replayed       16 a  4.3 a  1.5 a  0.6 a
     * </pre>
     */
    LOGARITHMIC {
        @Override
        public long evict(SortedSet<Long> steps) {
            List<Long> s = new ArrayList<>(steps);
            long newest = steps.last();
            int least = 1;
            double leastCost = Double.POSITIVE_INFINITY;
            for (int i = 1; i < s.size() - 1; i++) {
                double cost = (double) (s.get(i + 1) - s.get(i - 1)) / (newest - s.get(i - 1));
                // Of equal ones the latest, because an earlier one may be the only one of its time.
                if (cost <= leastCost) {
                    leastCost = cost;
                    least = i;
                }
            }
            return s.get(least);
        }
    };

    /** One of {@code steps}, which are at least 3. */
    public abstract long evict(SortedSet<Long> steps);
}
