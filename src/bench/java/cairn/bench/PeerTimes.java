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

/** Cairn and its peers taking turns at the same work: time of a step, ratios, the lower bound of the machine, and whether each of them learns. */
final class PeerTimes {
    private static final List<String> CONTESTANTS = List.of("cairn", "djl", "dl4j");
    private static final List<String> WITH_SPINNING = List.of("cairn", "djl", "djl" + BenchmarkProcess.SPINNING, "dl4j");
    private static final int WARM_UPS = 6;

    private PeerTimes() {
    }

    /** @param spinning with DJL once more, as it is without {@code OMP_WAIT_POLICY}: on a machine that does other things, minutes for a second */
    static String table(List<Work> works, int rounds, boolean spinning) throws IOException {
        StringBuilder table = new StringBuilder("Lower bound of a step: its arithmetic at the speed of large products, plus its bytes at the speed of"
                + String.format(" memory, both measured in the same rounds.%n%n| work | library | ms per step | Cairn / library | garbage per step, bytes |"
                + " loss, first and last turn | lower bound: arithmetic + bytes, ms | step / lower bound |%n|---|---|--:|--:|--:|--:|--:|--:|%n"));
        for (Work work : works) {
            play(work, rounds, spinning ? WITH_SPINNING : CONTESTANTS, table);
        }
        return table.toString();
    }

    private static void play(Work work, int count, List<String> contestants, StringBuilder table) throws IOException {
        Map<String, List<BenchmarkProcess.Turn>> turns = new LinkedHashMap<>();
        Map<String, Rounds.Work> ways = new LinkedHashMap<>();
        List<BenchmarkProcess> players = new ArrayList<>();
        Rounds rounds;
        try {
            for (String c : contestants) {
                BenchmarkProcess player = new BenchmarkProcess(c, work);
                players.add(player);
                turns.put(c, new ArrayList<>());
                ways.put(c, () -> {
                    BenchmarkProcess.Turn turn = player.turn();
                    turns.get(c).add(turn);
                    return turn.secondsPerStep();
                });
            }
            for (Work limit : List.of(Work.PRODUCT, Work.SUM)) {
                BenchmarkProcess player = new BenchmarkProcess("limits", limit);
                players.add(player);
                ways.put(limit.name(), () -> player.turn().secondsPerStep());
            }
            rounds = Rounds.of(WARM_UPS, count, ways);
        } finally {
            for (BenchmarkProcess p : players) {
                p.close();
            }
        }
        rounds.derive("floor", at -> new Machine(Work.PRODUCT.flops() / at.applyAsDouble("product"), Work.SUM.bytes() / at.applyAsDouble("sum"))
                .floor(work));
        Machine machine = new Machine(Work.PRODUCT.flops() / rounds.median("product"), Work.SUM.bytes() / rounds.median("sum"));
        for (String c : contestants) {
            double first = turns.get(c).get(0).loss();
            double last = turns.get(c).get(turns.get(c).size() - 1).loss();
            boolean isCairn = c.equals("cairn");
            table.append(String.format(Locale.ROOT, "| %s | %s | %.3f | %s | %.0f | %.4f to %.4f%s | %s | %s |%n", work.name(), c,
                    1e3 * rounds.median(c), isCairn ? "" : rounds.ratio("cairn", c), median(turns.get(c), BenchmarkProcess.Turn::garbagePerStep), first, last,
                    last < first ? "" : " DOES NOT LEARN",
                    isCairn ? String.format(Locale.ROOT, "%.3f + %.3f", 1e3 * machine.arithmetic(work.flops()), 1e3 * machine.transfer(work.bytes())) : "",
                    isCairn ? rounds.ratio(c, "floor") : ""));
        }
        table.append(String.format("| | %s | | | | | | |%n", machine));
    }

    private static double median(List<BenchmarkProcess.Turn> turns, ToDoubleFunction<BenchmarkProcess.Turn> what) {
        return Rounds.quantile(turns.stream().mapToDouble(what).toArray(), 0.5);
    }
}
