package cairn.recipe;

import java.util.Optional;

/**
 * What to do at a fault: a loss, a gradient or something that the update would make is not finite, or the loss is a spike. A recipe without it stops at a fault.
 *
 * <p>At the n-th fault of a run, in the step after s updates, where θ is weights, buffers, averages and optimizer vectors:
 *
 * <pre>
 *     n > at-most:   training stops with an exception
 *     otherwise      θ(s+1)  = θ(t),   t = max(s - back, the step after the last recovery action, 0)
 *                    rate(k) = scheduled rate · rate-factor^n    for all k > s
 * </pre>
 *
 * So the step number never goes back: the step counts, its batch is skipped, and the updates since t are undone. Each step has one state,
 * and no checkpoint is replaced. The earlier weights are part of the state, so a training that is killed and resumed has the same faults
 * and the same recovery actions. PaLM was trained in this way: it went back and skipped the batches before and during a spike (Chowdhery et
 * al. 2022, section 5.1).
 *
 * @param back how many steps weights and optimizer go back; if more than 0, the state contains two earlier states and needs three times
 *     the memory
 * @param rateFactor the learning rate is multiplied by this at each recovery action
 * @param atMost the largest number of recovery actions; at the next fault training stops
 * @param confirm whether the step is computed again first. If loss or gradient then differ in a bit, the fault was an error of the machine,
 *     and training goes on with the second result
 * @param spike when a finite loss counts as a fault, if ever
 */
public record Recovery(int back, double rateFactor, int atMost, boolean confirm, Optional<Spike> spike) {
    /** The state holds a learning rate for each of these steps, twice. */
    private static final int MOST_BACK = 1_000_000;

    /**
     * A loss is a spike if loss > median + threshold · max(1.4826 · MAD, leastSpread), over the losses of the last {@code window} updates.
     * At least half of that number of losses must be known. MAD is the median distance from the median; for normally distributed numbers,
     * 1.4826 · MAD is the standard deviation (Rousseeuw and Croux 1993). A few bad losses change neither of them.
     *
     * @param threshold the limit, as a multiple of the spread above the median
     * @param leastSpread the smallest spread; without it, a small rise after nearly equal losses would be a spike
     */
    public record Spike(int window, double threshold, double leastSpread) {
        public Spike {
            require(window >= 4 && window <= 100_000, "spike.window", "4 to 100000 steps", window);
            require(threshold > 0 && Double.isFinite(threshold), "spike.threshold", "more than 0", threshold);
            require(leastSpread >= 0 && Double.isFinite(leastSpread), "spike.least-spread", "0 or more", leastSpread);
        }

        public static Spike of() {
            return new Spike(50, 10, 0.05);
        }
    }

    public Recovery {
        require(back >= 0, "back", "0 or more steps", back);
        require(back <= MOST_BACK, "back", "at most " + MOST_BACK + " steps", back);
        require(rateFactor > 0 && rateFactor <= 1, "rate-factor", "more than 0 and at most 1", rateFactor);
        require(atMost >= 0, "at-most", "0 or more recovery actions", atMost);
    }

    /** Skips the batch of a loss or gradient that is not finite, at most three times. */
    public static Recovery of() {
        return new Recovery(0, 1, 3, false, Optional.empty());
    }

    private static void require(boolean holds, String setting, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException(setting + ": expected " + expected + ", found " + found);
        }
    }
}
