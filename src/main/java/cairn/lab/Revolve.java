package cairn.lab;

import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.commons.math3.util.CombinatoricsUtils;

/**
 * How to go backwards through a computation that only runs forwards, with memory for c states: the schedule of Griewank and Walther
 * ("Algorithm 799: revolve", ACM TOMS 26, 2000). With
 *
 * <pre>β(c, r) = (c + r)! / (c! r!)</pre>
 *
 * l states can be visited in reverse order so that no step is made more than r times as soon as β(c, r) ≥ l, and the least number of
 * steps in all is
 *
 * <pre>t(l, c) = r·l - β(c + 1, r - 1)</pre>
 *
 * where the first of the l states is given and takes up one of the c places.
 */
final class Revolve {
    private Revolve() {
    }

    /** β(c, r). */
    static long beta(int c, int r) {
        return r < 0 ? 0 : CombinatoricsUtils.binomialCoefficient(c + r, c);
    }

    /** The least r with β(c, r) ≥ l: how often a step is made at most. */
    static int repetitions(int l, int c) {
        int r = 0;
        while (beta(c, r) < l) {
            r++;
        }
        return r;
    }

    /** t(l, c). */
    static long steps(int l, int c) {
        int r = repetitions(l, c);
        return (long) r * l - beta(c + 1, r - 1);
    }

    /**
     * Where the next state is to be kept: how many steps after the first of {@code l} states, {@code c} places being left with that
     * one's.
     */
    static int split(int l, int c) {
        int best = 1;
        for (int k = 1; k < l; k++) {
            if (cost(k, l, c) < cost(best, l, c)) {
                best = k;
            }
        }
        return best;
    }

    private static long cost(int k, int l, int c) {
        return k + steps(k, c) + steps(l - k, c - 1);
    }

    /** The states that are kept when the last of {@code l} is reached for the first time. */
    static SortedSet<Long> placement(int l, int c) {
        SortedSet<Long> kept = new TreeSet<>();
        int at = 0;
        int left = l;
        kept.add(0L);
        for (int places = c; places > 1 && left > 1; places--) {
            int k = split(left, places);
            at += k;
            left -= k;
            kept.add((long) at);
        }
        return kept;
    }
}
