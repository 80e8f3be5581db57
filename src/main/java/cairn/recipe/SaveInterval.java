package cairn.recipe;

/**
 * The best time between two saves. With a long interval, much work is lost at a failure; with a short one, saving takes much time. With the
 * cost C of a save and a mean time M between failures, the best interval is about √(2CM) (Young 1974). Daly ("A higher order estimate of
 * the optimum checkpoint interval for restart dumps", 2006, equation 37) refines it to
 *
 * <pre>
 *     √(2CM) · (1 + √(C / 2M) / 3 + (C / 2M) / 9) - C     for C &lt; 2M, and M otherwise
 * </pre>
 *
 * It is at least so long that the share of the time for saving stays below a bound, by default {@link #MOST_OVERHEAD}.
 */
public final class SaveInterval {
    /** The share of a training's time that saving may take: 3.5 %. */
    public static final double MOST_OVERHEAD = 0.035;

    private SaveInterval() {
    }

    /** The interval in seconds for a save of {@code cost} seconds and {@code meanBetweenFailures} seconds between failures. */
    public static double seconds(double cost, double meanBetweenFailures, double mostOverhead) {
        return Math.max(daly(cost, meanBetweenFailures), cost / mostOverhead);
    }

    /**
     * The chosen interval, and the measurements that it follows from.
     *
     * @param seconds the interval in seconds
     * @param steps the interval in whole steps, at least 1
     * @param secondsPerSave the measured cost of a save
     * @param secondsPerStep the measured time of a step
     */
    public record Choice(double seconds, long steps, double secondsPerSave, double secondsPerStep) {
        public static Choice of(SaveRule.Auto rule, double secondsPerSave, double secondsPerStep) {
            double seconds = rule.interval(secondsPerSave);
            return new Choice(seconds, Math.max(1, Math.round(seconds / secondsPerStep)), secondsPerSave, secondsPerStep);
        }
    }

    /** Young's √(2CM), in seconds. */
    public static double young(double c, double m) {
        return Math.sqrt(2 * c * m);
    }

    /** Daly's refinement, in seconds. */
    public static double daly(double c, double m) {
        if (c >= 2 * m) {
            return m;
        }
        double ratio = c / (2 * m);
        return young(c, m) * (1 + Math.sqrt(ratio) / 3 + ratio / 9) - c;
    }
}
