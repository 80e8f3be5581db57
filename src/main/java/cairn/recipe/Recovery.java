package cairn.recipe;

import java.util.Optional;

/**
 * What to do at a fault: a loss or gradient that is not finite, or a loss that leaps. Off unless a recipe has it.
 *
 * <p>At a fault in the step after s updates, the n-th of a run, with θ for weights, buffers, averages and optimizer vectors:
 *
 * <pre>
 *     n > at-most:   training stops with an exception
 *     otherwise      θ(s+1)  = θ(t),   t = max(s - back, the step after the last intervention, 0)
 *                    rate(k) = scheduled rate · rate-factor^n    for all k > s
 * </pre>
 *
 * So the clock never goes back: the step counts, its batch is skipped, and what the batches since t have done is undone. Each
 * step has one state, no checkpoint is ever replaced, and what is to be gone back to is itself part of the state: a training
 * that is saved, killed and resumed anywhere meets the same faults and answers them in the same way. To skip the batches before and
 * during a spike after going back is what was done for PaLM (Chowdhery et al. 2022, section 5.1).
 *
 * @param back how many steps weights and optimizer go back; beyond 0 the state holds two earlier ones, three times the memory
 * @param rateFactor by what the learning rate is multiplied at each intervention
 * @param atMost interventions in all; at the next fault training stops
 * @param confirm whether the step is computed once more first: if loss or gradient then differ in a bit, it was the machine, and
 *     training goes on with the second result
 * @param spike when a finite loss is a fault, if ever
 */
public record Recovery(int back, double rateFactor, int atMost, boolean confirm, Optional<Spike> spike) {

    /**
     * A loss is a spike if loss > median + threshold · max(1.4826 · MAD, leastSpread), over the losses of the last {@code window}
     * updates, as soon as there are half as many. MAD is the median distance from the median; 1.4826 makes it the standard
     * deviation of normal numbers (Rousseeuw and Croux 1993). Neither is moved by a few bad losses.
     *
     * @param threshold how many spreads above the median
     * @param leastSpread the spread is never taken to be less, or nearly equal losses would make a small one a spike
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
        require(rateFactor > 0 && rateFactor <= 1, "rate-factor", "more than 0 and at most 1", rateFactor);
        require(atMost >= 0, "at-most", "0 or more interventions", atMost);
    }

    /** Skips the batch, three times, at a loss or gradient that is not finite. */
    public static Recovery of() {
        return new Recovery(0, 1, 3, false, Optional.empty());
    }

    private static void require(boolean holds, String setting, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException(setting + ": expected " + expected + ", found " + found);
        }
    }
}
