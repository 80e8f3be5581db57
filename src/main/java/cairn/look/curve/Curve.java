package cairn.look.curve;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One series of a run by step. Immutable.
 *
 * <p>A value may be NaN or infinite, as the training computed it.
 */
public final class Curve {

    /** What a curve measures, and so which curves can share an axis. */
    public enum Kind {
        LOSS, MEASURE, RATE, NORM, STATISTIC
    }

    private static final double[] NO_INTERVALS = {};

    private final String name;
    private final Kind kind;
    private final long[] steps;
    private final double[] values;
    private final double[] low;
    private final double[] high;

    private Curve(String name, Kind kind, long[] steps, double[] values, double[] low, double[] high) {
        this.name = name;
        this.kind = kind;
        this.steps = steps;
        this.values = values;
        this.low = low;
        this.high = high;
    }

    /** Without intervals. The arrays belong to the curve from now on. */
    static Curve of(String name, Kind kind, long[] steps, double[] values) {
        return new Curve(name, kind, steps, values, NO_INTERVALS, NO_INTERVALS);
    }

    /** With intervals, NaN at the points that have none. The arrays belong to the curve from now on. */
    static Curve of(String name, Kind kind, long[] steps, double[] values, double[] low, double[] high) {
        boolean hasNone = Arrays.stream(low).allMatch(Double::isNaN) || Arrays.stream(high).allMatch(Double::isNaN);
        return hasNone ? of(name, kind, steps, values) : new Curve(name, kind, steps, values, low, high);
    }

    /** The name of the series in the journal, such as {@code train/loss} or {@code evaluation/accuracy}. */
    public String name() {
        return name;
    }

    public Kind kind() {
        return kind;
    }

    public int size() {
        return steps.length;
    }

    /** The step of a point; steps rise. */
    public long step(int index) {
        return steps[index];
    }

    public double value(int index) {
        return values[index];
    }

    /** Whether some point has a 95 % interval. */
    public boolean hasIntervals() {
        return low.length > 0;
    }

    /** Whether a point has a 95 % interval. */
    public boolean hasInterval(int index) {
        return hasIntervals() && !Double.isNaN(low[index]) && !Double.isNaN(high[index]);
    }

    /** The lower end of the interval of a point; NaN if it has none. */
    public double low(int index) {
        return hasIntervals() ? low[index] : Double.NaN;
    }

    /** The upper end of the interval of a point; NaN if it has none. */
    public double high(int index) {
        return hasIntervals() ? high[index] : Double.NaN;
    }

    /** A copy of the steps of all points. */
    public long[] steps() {
        return steps.clone();
    }

    /** A copy of the values of all points. */
    public double[] values() {
        return values.clone();
    }

    /** A copy of the lower ends, NaN where there is none; empty if no point has one. */
    public double[] low() {
        return low.clone();
    }

    /** A copy of the upper ends, NaN where there is none; empty if no point has one. */
    public double[] high() {
        return high.clone();
    }

    /** The points from one step to another, both included. */
    public Curve between(long from, long to) {
        return keep(IntStream.range(0, size()).filter(i -> steps[i] >= from && steps[i] <= to).toArray());
    }

    /**
     * At most {@code most} of the points, in which every peak is still there: the first, the last, and of each of many equal parts the
     * lowest, the highest, and the first that is no finite number.
     *
     * @param most at least 8
     */
    public Curve thinned(int most) {
        if (most < 8) {
            throw new IllegalArgumentException("a curve needs at least 8 points, found " + most);
        }
        int n = size();
        if (n <= most) {
            return this;
        }
        int parts = (most - 2) / 3;
        int[] kept = new int[most];
        int count = 0;
        for (int part = 0; part < parts; part++) {
            int from = Math.toIntExact((long) n * part / parts);
            int to = Math.toIntExact((long) n * (part + 1) / parts);
            for (int i : outstanding(from, to)) {
                kept[count++] = i;
            }
        }
        kept[count++] = 0;
        kept[count++] = n - 1;
        return keep(Arrays.stream(kept, 0, count).sorted().distinct().toArray());
    }

    /** The lowest, the highest and the first that is no finite number, of the points from one place up to another. */
    private int[] outstanding(int from, int to) {
        int lowest = -1;
        int highest = -1;
        int strange = -1;
        for (int i = from; i < to; i++) {
            if (!Double.isFinite(values[i])) {
                strange = strange < 0 ? i : strange;
            } else {
                lowest = lowest < 0 || values[i] < values[lowest] ? i : lowest;
                highest = highest < 0 || values[i] > values[highest] ? i : highest;
            }
        }
        return IntStream.of(lowest, highest, strange).filter(i -> i >= 0).toArray();
    }

    /** The points at these places. */
    private Curve keep(int[] places) {
        return of(name, kind, Arrays.stream(places).mapToLong(i -> steps[i]).toArray(), at(values, places), hasIntervals() ? at(low, places)
                : NO_INTERVALS, hasIntervals() ? at(high, places) : NO_INTERVALS);
    }

    private static double[] at(double[] all, int[] places) {
        return Arrays.stream(places).mapToDouble(i -> all[i]).toArray();
    }

    /** This curve up to a step, and {@code other} after it; before that step {@code other} fills what this curve lacks. */
    Curve until(long step, Curve other) {
        int own = (int) Arrays.stream(steps).filter(s -> s <= step).count();
        long covered = own == 0 ? -1 : steps[own - 1];
        int[] rest = IntStream.range(0, other.size()).filter(i -> other.steps[i] > covered).toArray();
        Curve head = keep(IntStream.range(0, own).toArray());
        Curve tail = other.keep(rest);
        boolean hasIntervals = head.hasIntervals() || tail.hasIntervals();
        long[] joined = Arrays.copyOf(head.steps, own + rest.length);
        System.arraycopy(tail.steps, 0, joined, own, rest.length);
        return hasIntervals ? of(name, kind, joined, joined(head.values, tail.values), joined(head.ends(head.low), tail.ends(tail.low)),
                joined(head.ends(head.high), tail.ends(tail.high))) : of(name, kind, joined, joined(head.values, tail.values));
    }

    private double[] ends(double[] known) {
        return hasIntervals() ? known : IntStream.range(0, size()).mapToDouble(i -> Double.NaN).toArray();
    }

    private static double[] joined(double[] a, double[] b) {
        double[] joined = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, joined, a.length, b.length);
        return joined;
    }

    @Override
    public String toString() {
        return name + " at " + size() + " steps";
    }
}
