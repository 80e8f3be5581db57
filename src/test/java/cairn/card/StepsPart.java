package cairn.card;

import cairn.timing.Rounds;
import cairn.train.MemoryException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Milliseconds of a step, of Cairn and PyTorch in turn; each has a process of its own and waits while the other has its turn. */
final class StepsPart implements Part {
    private static final int[] BATCHES = {128, 4096};
    private static final int MOST_STEPS = 1000;
    private static final String CAIRN = "cairn";
    private static final String TORCH = "torch";

    @Override
    public String name() {
        return "steps";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(20);
    }

    @Override
    public void play(Stage stage) throws IOException, InterruptedException {
        Torch.Search search = Torch.of(stage);
        search.torch().ifPresent(t -> stage.fact("pytorch", t.about()));
        if (search.torch().isEmpty()) {
            stage.tell("PyTorch", Row.Verdict.SKIPPED, "no Python with PyTorch for this: " + search.problem());
        }
        for (Work work : Work.values()) {
            for (int batch : BATCHES) {
                play(stage, work, batch, search);
            }
        }
    }

    private static void play(Stage stage, Work work, int batch, Torch.Search search) throws IOException {
        String what = work.word() + ", batches of " + batch;
        List<Player> players = new ArrayList<>();
        try {
            Map<String, Rounds.Work> ways = new LinkedHashMap<>();
            Map<String, List<Player.Turn>> turns = new LinkedHashMap<>();
            double seconds = stage.place().quickOr(0.1, 0.4);
            Player cairn = new Player(stage, Program.java(List.of("-Xmx3g"), StepTurns.class.getName(), work.word(), Integer.toString(batch)));
            players.add(cairn);
            ways.put(CAIRN, turn(cairn, steps(cairn, seconds), turns.computeIfAbsent(CAIRN, k -> new ArrayList<>())));
            if (search.torch().isPresent()) {
                Player torch = new Player(stage, search.torch().get().steps(stage, work, batch));
                players.add(torch);
                ways.put(TORCH, turn(torch, steps(torch, seconds), turns.computeIfAbsent(TORCH, k -> new ArrayList<>())));
            }
            tell(stage, what, Rounds.of(stage.place().quickOr(1, 3), stage.place().quickOr(3, 11), ways), turns);
        } catch (IOException e) {
            // The other works may be possible. One that needs more memory than there is says nothing of this build.
            boolean isTooLarge = e.getMessage().contains(MemoryException.class.getName());
            stage.tell(what, isTooLarge ? Row.Verdict.SKIPPED : Row.Verdict.FAILED, e.getMessage());
        } finally {
            for (Player player : players) {
                player.close();
            }
        }
    }

    /** As many as take about so long, found by doubling; so they are compiled by then, too. A slow one makes fewer in its turn. */
    private static int steps(Player player, double seconds) throws IOException {
        player.turn(1);
        int steps = 1;
        while (steps < MOST_STEPS && player.turn(steps).secondsPerStep() * steps < seconds / 2) {
            steps *= 2;
        }
        return Math.min(steps, MOST_STEPS);
    }

    private static Rounds.Work turn(Player player, int steps, List<Player.Turn> turns) {
        return () -> {
            Player.Turn turn = player.turn(steps);
            turns.add(turn);
            return turn.secondsPerStep();
        };
    }

    private static void tell(Stage stage, String what, Rounds rounds, Map<String, List<Player.Turn>> turns) {
        List<String> dull = turns.entrySet().stream().filter(e -> !learns(e.getValue())).map(Map.Entry::getKey).toList();
        String result = Figures.millis(rounds.median(CAIRN)) + " a step" + (turns.containsKey(TORCH)
                ? "; PyTorch " + Figures.millis(rounds.median(TORCH)) + "; Cairn's share of it " + rounds.ratio(CAIRN, TORCH) : "");
        stage.tell(what, dull.isEmpty() ? Row.Verdict.MEASURED : Row.Verdict.FAILED, dull.isEmpty() ? result : result + "; the loss does not fall: "
                + String.join(", ", dull));
    }

    private static boolean learns(List<Player.Turn> turns) {
        return turns.get(turns.size() - 1).loss() < turns.get(0).loss();
    }
}
