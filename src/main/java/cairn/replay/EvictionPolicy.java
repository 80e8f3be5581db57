package cairn.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/** Which snapshot is evicted if there are too many: a pure function of their steps. The newest one is never evicted. */
public enum EvictionPolicy {

    /** The oldest one, so that the newest steps stay. */
    OLDEST {
        @Override
        public long evict(SortedSet<Long> steps) {
            return steps.first();
        }
    },

    /**
     * One in the middle, so that older snapshots are further apart; the first one stays. Without a snapshot, more steps must be replayed.
     * The evicted snapshot is the one with the smallest such cost in proportion to its age:
     *
     * <pre>i = argmin (s(i+1) - s(i-1)) / (s(n) - s(i-1))</pre>
     *
     * <p>In a training of 20,000 steps, to reach the step that is a steps ago, at most this number of steps is replayed:
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
                // Of equal ones the latest is taken, because an early snapshot may be the only one of its time.
                if (cost <= leastCost) {
                    leastCost = cost;
                    least = i;
                }
            }
            return s.get(least);
        }
    };

    /** One of {@code steps}. There must be at least 3 steps. */
    public abstract long evict(SortedSet<Long> steps);
}
