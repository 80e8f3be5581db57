package cairn.timing;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Several alternatives, timed in turn: in each round every alternative once, in another order each time. Other work of the machine slows
 * down all of them, so the ratio of two times of one round is meaningful even if the times are not.
 */
public final class Rounds {
    /** Does some work; returns the seconds that count. */
    public interface Work {
        double seconds() throws IOException;
    }

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Map<String, double[]> seconds = new LinkedHashMap<>();

    private Rounds() {
    }

    /** Times {@code ways} in {@code count} rounds, after {@code warmUps} rounds that do not count. */
    public static Rounds of(int warmUps, int count, Map<String, Work> ways) throws IOException {
        Rounds rounds = new Rounds();
        ways.keySet().forEach(name -> rounds.seconds.put(name, new double[count]));
        List<String> names = new ArrayList<>(ways.keySet());
        for (int round = -warmUps; round < count; round++) {
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(Math.floorMod(i + round, names.size()));
                double taken = ways.get(name).seconds();
                if (round >= 0) {
                    rounds.seconds.get(name)[round] = taken;
                }
            }
        }
        return rounds;
    }

    /** Rounds that were measured elsewhere: for each alternative a value for each round. */
    public static Rounds of(Map<String, double[]> measured) {
        Rounds rounds = new Rounds();
        rounds.seconds.putAll(measured);
        return rounds;
    }

    /** Times all of the work. */
    public static Work timed(Body body) {
        return () -> {
            long begin = System.nanoTime();
            body.run();
            return (System.nanoTime() - begin) / 1e9;
        };
    }

    /** Times the work by the CPU time of this thread, which other processes of a busy machine do not change. */
    public static Work timedByCpu(Body body) {
        return () -> {
            long begin = THREADS.getCurrentThreadCpuTime();
            body.run();
            return (THREADS.getCurrentThreadCpuTime() - begin) / 1e9;
        };
    }

    /** Work that may fail on the disk. */
    public interface Body {
        void run() throws IOException;
    }

    /** Adds a value that is computed in each round: {@code from} gets the seconds of each alternative in this round. */
    public void derive(String name, ToDoubleFunction<ToDoubleFunction<String>> from) {
        double[] row = new double[seconds.values().iterator().next().length];
        for (int i = 0; i < row.length; i++) {
            int round = i;
            row[i] = from.applyAsDouble(way -> seconds.get(way)[round]);
        }
        seconds.put(name, row);
    }

    public double median(String name) {
        return quantile(seconds.get(name), 0.5);
    }

    /** The median over the rounds of the time of {@code name} divided by that of {@code other}, with the middle half in brackets. */
    public String ratio(String name, String other) {
        double[] ratios = ratios(name, other);
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", quantile(ratios, 0.5), quantile(ratios, 0.25), quantile(ratios, 0.75));
    }

    /** By how many percent {@code name} is slower than {@code other}: the median, with the middle half in brackets. */
    public String more(String name, String other) {
        double[] ratios = ratios(name, other);
        return String.format(Locale.ROOT, "%+.1f %% (%+.1f to %+.1f)", 100 * quantile(ratios, 0.5) - 100,
                100 * quantile(ratios, 0.25) - 100, 100 * quantile(ratios, 0.75) - 100);
    }

    private double[] ratios(String name, String other) {
        double[] ratios = seconds.get(name).clone();
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] /= seconds.get(other)[i];
        }
        return ratios;
    }

    /** The {@code q}-quantile, interpolated between the two nearest values. */
    public static double quantile(double[] values, double q) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double at = q * (sorted.length - 1);
        int low = (int) at;
        return sorted[low] + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
    }
}
