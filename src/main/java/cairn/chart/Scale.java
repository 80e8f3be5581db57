package cairn.chart;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * One axis of a plot: from numbers to places, and its ticks.
 *
 * @param from the number at its beginning
 * @param to the number at its end, above {@code from}
 * @param length in units of the picture
 */
record Scale(boolean isLogarithmic, double from, double to, double length) {
    /** The part of the range that is added on each side. */
    private static final double MARGIN = 0.03;
    private static final List<List<Integer>> DIGITS = List.of(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9), List.of(1, 2, 5), List.of(1, 3));

    /** A labelled place of an axis. */
    record Tick(double value, String label) {
    }

    /** An axis that shows these values, or what it says itself; values that have no place on it are passed over. */
    static Scale of(Axis axis, DoubleStream values, double length) {
        DoubleSummaryStatistics all = values.filter(v -> Double.isFinite(v) && (v > 0 || !axis.isLogarithmic())).summaryStatistics();
        double low = all.getCount() > 0 ? all.getMin() : axis.from().orElse(1);
        double high = all.getCount() > 0 ? all.getMax() : axis.to().orElse(low);
        low = axis.from().orElse(low);
        high = Math.max(low, axis.to().orElse(high));
        if (axis.isLogarithmic()) {
            double ratio = Math.max(1.02, Math.pow(Math.min(high / low, 1e300), MARGIN));
            return new Scale(true, axis.from().orElse(Math.max(Double.MIN_NORMAL, low / ratio)), axis.to().orElse(Math.min(1e307, high * ratio)),
                    length);
        }
        double margin = high > low ? MARGIN * (high - low) : high == 0 ? 1 : 0.03 * Math.abs(high);
        double from = axis.from().orElse(low >= 0 && low - margin < 0 ? 0 : low - margin);
        double to = axis.to().orElse(high + margin);
        return from < to ? new Scale(false, from, to, length) : new Scale(false, from, from + margin, length);
    }

    /** The place of a value, from 0 to {@link #length} for those on the axis. */
    double place(double value) {
        return isLogarithmic ? length * Math.log(value / from) / Math.log(to / from) : length * ((value - from) / (to - from));
    }

    boolean holds(double value) {
        return value >= from && value <= to;
    }

    /**
     * Labelled ticks, as many as there is space for: with a logarithmic axis over many decades, every decade or every n-th; over few, 1, 2 and 5
     * of each; within one, every digit, or finer numbers if the axis has fewer than two of these.
     *
     * @param apart the least distance of two ticks
     */
    List<Tick> ticks(double apart) {
        List<Double> values = isLogarithmic ? logarithmic(apart) : linear(apart);
        double step = Double.MAX_VALUE;
        for (int i = 1; i < values.size(); i++) {
            step = Math.min(step, values.get(i) - values.get(i - 1));
        }
        double smallest = step;
        return values.stream().map(v -> new Tick(v, isLogarithmic ? Look.exact(v, Math.min(smallest, v)) : Look.plain(v, smallest))).toList();
    }

    /** The places of thin lines between the ticks of a logarithmic axis that shows at most three decades. */
    List<Double> between() {
        return isLogarithmic && to / from < 1000 ? digits(DIGITS.get(0)) : List.of();
    }

    private List<Double> logarithmic(double apart) {
        for (List<Integer> digits : DIGITS) {
            List<Double> values = digits(digits);
            if (values.size() >= 2 && fits(values, apart)) {
                return values;
            }
        }
        List<Double> decades = digits(List.of(1));
        if (decades.size() < 2) {
            return round(apart);
        }
        for (int every = 1;; every++) {
            int n = every;
            List<Double> values = decades.stream().filter(v -> Math.floorMod(Math.round(Math.log10(v)), n) == 0).toList();
            if (fits(values, apart)) {
                return values.size() >= 2 ? values : List.of(decades.get(0), decades.get(decades.size() - 1));
            }
        }
    }

    /** The digits of every decade that are on the axis. */
    private List<Double> digits(List<Integer> digits) {
        List<Double> values = new ArrayList<>();
        for (int decade = (int) Math.floor(Math.log10(from)); decade <= Math.log10(to); decade++) {
            for (int digit : digits) {
                double value = Double.parseDouble(digit + "e" + decade);
                if (holds(value)) {
                    values.add(value);
                }
            }
        }
        return values;
    }

    private boolean fits(List<Double> values, double apart) {
        for (int i = 1; i < values.size(); i++) {
            if (Math.abs(place(values.get(i)) - place(values.get(i - 1))) < apart) {
                return false;
            }
        }
        return true;
    }

    /** Round numbers on a logarithmic axis that has too few digits: those of a linear axis, without those that are too close. */
    private List<Double> round(double apart) {
        List<Double> all = new Scale(false, from, to, length).linear(apart);
        TreeMap<Double, Double> kept = new TreeMap<>();
        for (double v : all) {
            if (kept.isEmpty() || place(v) - place(kept.lastKey()) >= 0.7 * apart) {
                kept.put(v, v);
            }
        }
        return kept.size() >= 2 ? List.copyOf(kept.keySet()) : all;
    }

    private List<Double> linear(double apart) {
        double most = Math.max(2, Math.floor(length / apart));
        double step = roundUp((to - from) / most);
        List<Double> values = between(step);
        // The numbers may lie so that one fits where two should.
        for (int i = 0; i < 6 && values.size() < 2; i++) {
            step = roundUp(step / 2.5);
            values = between(step);
        }
        return values;
    }

    private List<Double> between(double step) {
        List<Double> values = new ArrayList<>();
        long first = (long) Math.ceil(from / step - 1e-9);
        for (long i = first; i * step <= to + 1e-9 * step && values.size() < 1000; i++) {
            values.add(i * step);
        }
        return values;
    }

    /** The next number of 1, 2 or 5 times a power of ten. */
    private static double roundUp(double step) {
        double decade = Math.pow(10, Math.floor(Math.log10(step)));
        double digit = step / decade;
        return (digit <= 1.0000001 ? 1 : digit <= 2.0000001 ? 2 : digit <= 5.0000001 ? 5 : 10) * decade;
    }
}
