package cairn.explain;

/**
 * How much may be computed to explain a run. It is counted in steps and rows and not in time, so the findings do not depend on the machine.
 *
 * @param steps the most steps that are made again to reach one place that is looked at
 * @param rows the most training rows that are predicted
 */
public record Effort(long steps, int rows) {

    /** Up to 500 steps for each of up to seven places, and 2,000 rows: about as long as an epoch of a small training. */
    public static final Effort USUAL = new Effort(500, 2000);
    /** Reads the journal and the data, and computes no step. */
    public static final Effort NONE = new Effort(-1, 0);

    public Effort {
        if (rows < 0) {
            throw new IllegalArgumentException("rows: expected 0 or more, found " + rows);
        }
    }

    /** As {@link #USUAL}, with up to {@code most} steps for each place. */
    public static Effort ofSteps(long most) {
        if (most < 0) {
            throw new IllegalArgumentException("steps: expected 0 or more, found " + most);
        }
        return new Effort(most, USUAL.rows);
    }

    boolean computes() {
        return steps >= 0;
    }
}
