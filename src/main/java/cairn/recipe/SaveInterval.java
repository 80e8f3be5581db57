package cairn.recipe;

/**
 * How much work to do between two saves: rarely costs work when something fails, often costs the saving itself. With the cost C
 * of a save and a mean time M between failures, Young (1974) found the best interval to be about √(2CM); Daly ("A higher order
 * estimate of the optimum checkpoint interval for restart dumps", 2006, equation 37) refines it to
 *
 * <pre>
 *     √(2CM) · (1 + √(C / 2M) / 3 + (C / 2M) / 9) - C     for C &lt; 2M, and M otherwise
 * </pre>
 *
 * It is never shorter than what keeps the share of time spent on saving below a bound, {@link #MOST_OVERHEAD} where nobody says another.
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
     * What was chosen, and from what.
     *
     * @param seconds the interval
     * @param steps the same in whole steps, at least one
     * @param secondsPerSave what a save was measured to cost
     * @param secondsPerStep what a step was measured to take
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

    /** Daly's refinement of it, in seconds. */
    public static double daly(double c, double m) {
        if (c >= 2 * m) {
            return m;
        }
        double ratio = c / (2 * m);
        return young(c, m) * (1 + Math.sqrt(ratio) / 3 + ratio / 9) - c;
    }
}
