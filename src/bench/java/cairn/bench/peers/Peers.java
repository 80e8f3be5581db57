package cairn.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Lets Cairn and its peers take turns at the same work, and prints a table of Markdown: time of a step, ratios with the middle half of
 * the rounds, the floor of the machine, and whether each of them learns. Words: {@code tiny}, {@code mlp}, {@code cnn}, none for all; a
 * number is the number of rounds.
 */
final class Peers {
    private static final List<String> CONTESTANTS = List.of("cairn", "djl", "dl4j");
    private static final int WARM_UPS = 3;
    private static final Path LOG = Path.of("target", "peers.log");

    private Peers() {
    }

    public static void main(String[] words) throws IOException {
        int rounds = 9;
        List<Work> works = new ArrayList<>();
        for (String word : words) {
            if (word.matches("\\d+")) {
                rounds = Integer.parseInt(word);
            } else {
                works.add(Work.named(word));
            }
        }
        Files.deleteIfExists(LOG);
        double flops = 1 / best("limits", Limits.PRODUCT) * Limits.PRODUCT.flops();
        double bytes = 1 / best("limits", Limits.SUM) * Limits.SUM.bytes();
        System.out.printf(Locale.ROOT, "This machine: %.0f GFLOP/s in float products, %.1f GB/s to and from memory%n%n", flops / 1e9, bytes / 1e9);
        System.out.println("| work | contestant | ms per step | Cairn's share of it | garbage per step | loss, first and last turn | floor of the machine, ms | times the floor |");
        System.out.println("|---|---|--:|--:|--:|--:|--:|--:|");
        for (Work work : works.isEmpty() ? List.of(Work.TINY, Work.MLP, Work.CNN) : works) {
            play(work, rounds, work.flops() / flops + work.bytes() / bytes);
        }
    }

    private static void play(Work work, int rounds, double floor) throws IOException {
        Map<String, List<Player.Turn>> turns = new LinkedHashMap<>();
        Map<String, Double> firstLoss = new LinkedHashMap<>();
        Map<String, Player> players = new LinkedHashMap<>();
        try {
            for (String c : CONTESTANTS) {
                players.put(c, new Player(c, work, LOG));
                turns.put(c, new ArrayList<>());
            }
            for (int round = -WARM_UPS; round < rounds; round++) {
                for (int i = 0; i < CONTESTANTS.size(); i++) {
                    String c = CONTESTANTS.get(Math.floorMod(i + round, CONTESTANTS.size()));
                    Player.Turn turn = players.get(c).turn(LOG);
                    firstLoss.putIfAbsent(c, turn.loss());
                    if (round >= 0) {
                        turns.get(c).add(turn);
                    }
                }
            }
        } finally {
            for (Player p : players.values()) {
                p.close();
            }
        }
        for (String c : CONTESTANTS) {
            List<Player.Turn> own = turns.get(c);
            double ms = quantile(own.stream().mapToDouble(t -> 1e3 * t.secondsPerStep()).toArray(), 0.5);
            double[] shares = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                shares[i] = turns.get("cairn").get(i).secondsPerStep() / own.get(i).secondsPerStep();
            }
            double last = own.get(rounds - 1).loss();
            System.out.printf(Locale.ROOT, "| %s | %s | %.3f | %s | %d | %.4f to %.4f%s | %s | %s |%n", work.name(), c, ms,
                    c.equals("cairn") ? "" : String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", quantile(shares, 0.5), quantile(shares, 0.25),
                            quantile(shares, 0.75)),
                    Math.round(quantile(own.stream().mapToDouble(Player.Turn::garbagePerStep).toArray(), 0.5)), firstLoss.get(c), last,
                    last < firstLoss.get(c) ? "" : " DOES NOT LEARN",
                    c.equals("cairn") ? String.format(Locale.ROOT, "%.3f", 1e3 * floor) : "",
                    c.equals("cairn") ? String.format(Locale.ROOT, "%.2f", ms / 1e3 / floor) : "");
        }
    }

    /** The shortest time of a step in a few turns. */
    private static double best(String contestant, Work work) throws IOException {
        double best = Double.POSITIVE_INFINITY;
        try (Player player = new Player(contestant, work, LOG)) {
            for (int i = 0; i < 6; i++) {
                best = Math.min(best, player.turn(LOG).secondsPerStep());
            }
        }
        return best;
    }

    private static double quantile(double[] values, double q) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double at = q * (sorted.length - 1);
        int low = (int) at;
        return sorted[low] + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
    }
}
