package cairn.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Resident memory of a long run, in several processes. */
final class MemoryTimes {
    private static final int READINGS = 5;
    private static final int STEPS = 20_000;
    private static final List<Integer> SHOWN = List.of(1000, 2000, 5000, 10_000, 15_000, STEPS);

    private MemoryTimes() {
    }

    static String table(Path folder) throws IOException {
        List<double[]> readings = new ArrayList<>();
        for (int i = 0; i < READINGS; i++) {
            double[] resident = new double[STEPS / 1000 + 1];
            for (String line : ChildJava.lines(ChildJava.FOR_TRAINING, LongRun.class, folder.resolve("long-" + i), STEPS)) {
                String[] words = line.split(" ");
                resident[Integer.parseInt(words[0]) / 1000] = Double.parseDouble(words[1]);
            }
            readings.add(resident);
        }
        StringBuilder table = new StringBuilder("| mnist-mlp, a save every 100, at step | resident, MB, of " + READINGS
                + " processes | against step 1000 |\n|--:|--:|--:|\n");
        SHOWN.forEach(step -> table.append(String.format(Locale.ROOT, "| %d | %s | %s |%n", step,
                words(readings.stream().map(r -> r[step / 1000] / 1e6).toList(), "%.1f"),
                words(readings.stream().map(r -> 100 * (r[step / 1000] / r[1] - 1)).toList(), "%+.2f %%"))));
        double most = readings.stream().flatMapToDouble(Arrays::stream).max().orElseThrow();
        return table + String.format(Locale.ROOT, "%nHighest of all readings: %.1f MB.%n", most / 1e6);
    }

    private static String words(List<Double> numbers, String format) {
        return numbers.stream().map(n -> String.format(Locale.ROOT, format, n)).collect(Collectors.joining(", "));
    }
}
