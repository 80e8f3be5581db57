package cairn.bench;

import cairn.bench.peers.BenchmarkProcess;
import cairn.bench.peers.Work;
import cairn.timing.Rounds;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A step in a program of a user, started by {@code java -cp} without options and variables, against the same step with the launcher's. */
final class BareTimes {
    private static final int WARM_UPS = 6;

    private BareTimes() {
    }

    static String table(List<Work> works, int rounds) throws IOException {
        StringBuilder table = new StringBuilder(
                "| work | launcher, ms per step | bare, ms per step | bare / launcher |\n|---|--:|--:|--:|\n");
        for (Work work : works) {
            try (BenchmarkProcess launched = BenchmarkProcess.launched(work); BenchmarkProcess bare = BenchmarkProcess.bare(work)) {
                Map<String, Rounds.Work> ways = new LinkedHashMap<>();
                ways.put("launcher", () -> launched.turn().secondsPerStep());
                ways.put("bare", () -> bare.turn().secondsPerStep());
                Rounds times = Rounds.of(WARM_UPS, rounds, ways);
                table.append(String.format(Locale.ROOT, "| %s | %.3f | %.3f | %s |%n", work.name(), times.median("launcher") * 1e3,
                        times.median("bare") * 1e3, times.ratio("bare", "launcher")));
            }
        }
        return table.toString();
    }
}
