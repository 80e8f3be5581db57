package cairn.bench;

import cairn.bench.peers.BenchmarkProcess;
import cairn.bench.peers.Work;
import cairn.timing.Rounds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Cairn and other libraries, measured in turn on the same work: time of a step, ratios, the lower bound of the machine, and whether each
 * learns.
 */
final class PeerTimes {
    private static final List<String> PEERS = List.of("cairn", "djl", "dl4j");
    private static final List<String> WITH_SPINNING = List.of("cairn", "djl", "djl" + BenchmarkProcess.SPINNING, "dl4j");
    private static final int WARM_UPS = 6;

    private PeerTimes() {
    }

    /** @param spinning whether to add DJL without {@code OMP_WAIT_POLICY}; on a busy machine it takes minutes instead of a second */
    static String table(List<Work> works, int rounds, boolean spinning) throws IOException {
        StringBuilder table = new StringBuilder("Lower bound of a step: its arithmetic at the speed of large products, plus its bytes at the speed of"
                + String.format(" memory, both measured in the same rounds.%n%n| work | library | ms per step | Cairn / library | garbage per step, bytes |"
                + " loss, first and last turn | lower bound: arithmetic + bytes, ms | step / lower bound |%n|---|---|--:|--:|--:|--:|--:|--:|%n"));
        for (Work work : works) {
            compare(work, rounds, spinning ? WITH_SPINNING : PEERS, table);
        }
        return table.toString();
    }

    private static void compare(Work work, int count, List<String> peers, StringBuilder table) throws IOException {
        Map<String, List<BenchmarkProcess.Turn>> turns = new LinkedHashMap<>();
        Map<String, Rounds.Work> ways = new LinkedHashMap<>();
        List<BenchmarkProcess> processes = new ArrayList<>();
        Rounds rounds;
        try {
            for (String c : peers) {
                BenchmarkProcess process = new BenchmarkProcess(c, work);
                processes.add(process);
                turns.put(c, new ArrayList<>());
                ways.put(c, () -> {
                    BenchmarkProcess.Turn turn = process.turn();
                    turns.get(c).add(turn);
                    return turn.secondsPerStep();
                });
            }
            for (Work limit : List.of(Work.PRODUCT, Work.SUM)) {
                BenchmarkProcess process = new BenchmarkProcess("limits", limit);
                processes.add(process);
                ways.put(limit.name(), () -> process.turn().secondsPerStep());
            }
            rounds = Rounds.of(WARM_UPS, count, ways);
        } finally {
            for (BenchmarkProcess p : processes) {
                p.close();
            }
        }
        rounds.derive("floor", at -> new Machine(Work.PRODUCT.flops() / at.applyAsDouble("product"),
                Work.SUM.bytes() / at.applyAsDouble("sum"))
                .floor(work));
        Machine machine = new Machine(Work.PRODUCT.flops() / rounds.median("product"), Work.SUM.bytes() / rounds.median("sum"));
        for (String c : peers) {
            double first = turns.get(c).get(0).loss();
            double last = turns.get(c).get(turns.get(c).size() - 1).loss();
            boolean isCairn = c.equals("cairn");
            table.append(String.format(Locale.ROOT, "| %s | %s | %.3f | %s | %.0f | %.4f to %.4f%s | %s | %s |%n", work.name(), c,
                    1e3 * rounds.median(c), isCairn ? "" : rounds.ratio("cairn", c),
                    median(turns.get(c), BenchmarkProcess.Turn::garbagePerStep), first, last,
                    last < first ? "" : " DOES NOT LEARN",
                    isCairn ? String.format(Locale.ROOT, "%.3f + %.3f", 1e3 * machine.arithmetic(work.flops()),
                    1e3 * machine.transfer(work.bytes())) : "", isCairn ? rounds.ratio(c, "floor") : ""));
        }
        table.append(String.format("| | %s | | | | | | |%n", machine));
    }

    private static double median(List<BenchmarkProcess.Turn> turns, ToDoubleFunction<BenchmarkProcess.Turn> what) {
        return Rounds.quantile(turns.stream().mapToDouble(what).toArray(), 0.5);
    }
}
