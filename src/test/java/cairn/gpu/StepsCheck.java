package cairn.gpu;

import cairn.timing.Rounds;
import cairn.train.MemoryException;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Milliseconds of a step, of Cairn and PyTorch in turn; each has a process of its own and waits while the other has its turn. */
final class StepsCheck implements Check {
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
    public void play(CheckContext stage) throws IOException, InterruptedException {
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

    private static void play(CheckContext stage, Work work, int batch, Torch.Search search) throws IOException {
        String what = work.word() + ", batches of " + batch;
        Map<String, BenchmarkProcess> players = new LinkedHashMap<>();
        try {
            players.put(CAIRN, new BenchmarkProcess(stage, Program.java(List.of("-Xmx3g"), StepTurns.class.getName(), work.word(), Integer.toString(batch))));
            if (search.torch().isPresent()) {
                players.put(TORCH, new BenchmarkProcess(stage, search.torch().get().steps(stage, work, batch)));
            }
            Map<String, Rounds.Work> ways = new LinkedHashMap<>();
            for (Map.Entry<String, BenchmarkProcess> player : players.entrySet()) {
                int steps = steps(player.getValue(), stage.place().quickOr(0.1, 0.4));
                ways.put(player.getKey(), () -> player.getValue().turn(steps));
            }
            tell(stage, what, Rounds.of(stage.place().quickOr(1, 3), stage.place().quickOr(3, 11), ways), players);
        } catch (IOException e) {
            // The other works may be possible. One that needs more memory than there is says nothing of this build.
            boolean isTooLarge = e.getMessage().contains(MemoryException.class.getName());
            stage.tell(what, isTooLarge ? Row.Verdict.SKIPPED : Row.Verdict.FAILED, e.getMessage());
        } finally {
            for (BenchmarkProcess player : players.values()) {
                player.close();
            }
        }
    }

    /** As many as take about so long, found by doubling; so they are compiled by then, too. A slow one makes fewer in its turn. */
    private static int steps(BenchmarkProcess player, double seconds) throws IOException {
        player.turn(1);
        int steps = 1;
        while (steps < MOST_STEPS && player.turn(steps) * steps < seconds / 2) {
            steps *= 2;
        }
        return Math.min(steps, MOST_STEPS);
    }

    private static void tell(CheckContext stage, String what, Rounds rounds, Map<String, BenchmarkProcess> players) {
        List<String> dull = players.entrySet().stream().filter(e -> !e.getValue().learns()).map(Map.Entry::getKey).toList();
        String result = Figures.millis(rounds.median(CAIRN)) + " a step" + (players.containsKey(TORCH)
                ? "; PyTorch " + Figures.millis(rounds.median(TORCH)) + "; Cairn / PyTorch " + rounds.ratio(CAIRN, TORCH) : "");
        stage.tell(what, dull.isEmpty() ? Row.Verdict.MEASURED : Row.Verdict.FAILED, dull.isEmpty() ? result : result + "; the loss does not fall: "
                + String.join(", ", dull));
    }
}
