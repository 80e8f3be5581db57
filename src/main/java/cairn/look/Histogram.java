package cairn.look;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.LongStream;

/**
 * How many numbers lie where: {@code counts[i]} numbers lie in [edges[i], edges[i + 1]), in the last one also those at its end. Only finite
 * numbers are counted.
 *
 * @param edges one more than counts, from the least to the greatest number; empty without a finite number
 */
public record Histogram(List<Double> edges, List<Long> counts) {
    private static final int BARS = 30;

    public Histogram {
        edges = List.copyOf(edges);
        counts = List.copyOf(counts);
    }

    /** Of the {@code n} numbers that {@code numbers} gives, which lie from {@code least} to {@code greatest}. */
    static Histogram of(IntToDoubleFunction numbers, int n, double least, double greatest) {
        if (!(least <= greatest)) {
            return new Histogram(List.of(), List.of());
        }
        int bars = least == greatest ? 1 : BARS;
        long[] counts = new long[bars];
        // Halves, because the difference of two large numbers may overflow.
        double half = greatest / 2 - least / 2;
        for (int i = 0; i < n; i++) {
            double x = numbers.applyAsDouble(i);
            if (Double.isFinite(x)) {
                counts[bars == 1 ? 0 : Math.min(bars - 1, (int) ((x / 2 - least / 2) / half * bars))]++;
            }
        }
        List<Double> edges = new ArrayList<>();
        for (int i = 0; i <= bars; i++) {
            double t = (double) i / bars;
            // The second form is rounded twice, and cannot overflow.
            double even = least + (greatest - least) * i / bars;
            double edge = i == bars ? greatest : Double.isFinite(greatest - least) ? even : least * (1 - t) + greatest * t;
            edges.add(i == 0 ? least : Math.max(edges.get(i - 1), edge));
        }
        return new Histogram(edges, Arrays.stream(counts).boxed().toList());
    }

    /** How many finite numbers there are. */
    public long total() {
        return counts.stream().flatMapToLong(LongStream::of).sum();
    }
}
