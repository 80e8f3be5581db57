package cairn.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/** Which bookmark goes when there are too many: a pure function of their steps. The newest never does. */
public enum EvictionPolicy {

    /** The oldest: what stays is the last stretch, evenly. */
    OLDEST {
        @Override
        public long goes(SortedSet<Long> steps) {
            return steps.first();
        }
    },

    /**
     * One in the middle, so that what is older is kept more sparsely, and the first stays: the one without which the longest way to a
     * step would grow least in proportion to how long ago that is,
     *
     * <pre>i = argmin (s(i+1) - s(i-1)) / (s(n) - s(i-1))</pre>
     *
     * <p>In a training of 20,000 steps the way to a step that is a steps ago is at most
     *
     * <pre>
     *     states kept      8     12     20     40
     *     longest way    16 a  4.3 a  1.5 a  0.6 a
     * </pre>
     */
    LOGARITHMIC {
        @Override
        public long goes(SortedSet<Long> steps) {
            List<Long> s = new ArrayList<>(steps);
            long newest = steps.last();
            int least = 1;
            double leastCost = Double.POSITIVE_INFINITY;
            for (int i = 1; i < s.size() - 1; i++) {
                double cost = (double) (s.get(i + 1) - s.get(i - 1)) / (newest - s.get(i - 1));
                // Of equal ones the latest: those before it may still be the only ones of their time.
                if (cost <= leastCost) {
                    leastCost = cost;
                    least = i;
                }
            }
            return s.get(least);
        }
    };

    /** One of {@code steps}, of which there are at least 3. */
    public abstract long goes(SortedSet<Long> steps);
}
