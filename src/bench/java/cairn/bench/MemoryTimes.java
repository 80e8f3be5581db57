package cairn.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Resident memory of a long run. */
final class MemoryTimes {
    private static final int STEPS = 20_000;
    private static final List<Integer> SHOWN = List.of(1000, 2000, 5000, 10_000, 15_000, STEPS);

    private MemoryTimes() {
    }

    static String table(Path folder) throws IOException {
        double[] resident = new double[STEPS / 1000 + 1];
        for (String line : ChildJava.lines(ChildJava.FOR_TRAINING, LongRun.class, folder.resolve("long"), STEPS)) {
            String[] words = line.split(" ");
            resident[Integer.parseInt(words[0]) / 1000] = Double.parseDouble(words[1]);
        }
        StringBuilder table = new StringBuilder("| mnist-mlp, a save every 100, at step | resident, MB | against step 1000 |\n|--:|--:|--:|\n");
        SHOWN.forEach(step -> table.append(String.format(Locale.ROOT, "| %d | %.1f | %+.2f %% |%n", step, resident[step / 1000] / 1e6,
                100 * (resident[step / 1000] / resident[1] - 1))));
        double most = Arrays.stream(resident).max().orElseThrow();
        return table + String.format(Locale.ROOT, "%nHighest of the %d readings: %.1f MB.%n", STEPS / 1000, most / 1e6);
    }
}
