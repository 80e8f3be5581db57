package cairn.gpu;

import cairn.state.MemoryException;
import cairn.timing.Rounds;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Milliseconds of a step of Cairn and of PyTorch. Each has a process of its own and waits while the other computes. */
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
    public void run(CheckContext context) throws IOException, InterruptedException {
        Torch.Search search = Torch.of(context);
        search.torch().ifPresent(t -> context.fact("pytorch", t.about()));
        if (search.torch().isEmpty()) {
            context.report("PyTorch", Row.Verdict.SKIPPED, "no Python with PyTorch that can compute here: " + search.problem());
        }
        for (BenchmarkModel model : BenchmarkModel.values()) {
            for (int batch : BATCHES) {
                run(context, model, batch, search);
            }
        }
    }

    private static void run(CheckContext context, BenchmarkModel model, int batch, Torch.Search search) throws IOException {
        String what = model.word() + ", batches of " + batch;
        Map<String, BenchmarkProcess> processes = new LinkedHashMap<>();
        try {
            processes.put(CAIRN, new BenchmarkProcess(context, Program.java(List.of("-Xmx3g"), StepTurns.class.getName(), model.word(),
                    Integer.toString(batch))));
            if (search.torch().isPresent()) {
                processes.put(TORCH, new BenchmarkProcess(context, search.torch().get().steps(context, model, batch)));
            }
            Map<String, Rounds.Work> ways = new LinkedHashMap<>();
            for (Map.Entry<String, BenchmarkProcess> process : processes.entrySet()) {
                int steps = steps(process.getValue(), context.options().quickOr(0.1, 0.4));
                ways.put(process.getKey(), () -> process.getValue().turn(steps));
            }
            report(context, what, Rounds.of(context.options().quickOr(1, 3), context.options().quickOr(3, 11), ways), processes);
        } catch (IOException e) {
            // The other models may be possible. If one needs more memory than there is, that is no fault of this build.
            boolean isTooLarge = e.getMessage().contains(MemoryException.class.getName());
            context.report(what, isTooLarge ? Row.Verdict.SKIPPED : Row.Verdict.FAILED, e.getMessage());
        } finally {
            for (BenchmarkProcess process : processes.values()) {
                process.close();
            }
        }
    }

    /** The number of steps that takes about {@code seconds}, found by doubling. These steps also warm up the compilers. */
    private static int steps(BenchmarkProcess process, double seconds) throws IOException {
        process.turn(1);
        int steps = 1;
        while (steps < MOST_STEPS && process.turn(steps) * steps < seconds / 2) {
            steps *= 2;
        }
        return Math.min(steps, MOST_STEPS);
    }

    private static void report(CheckContext context, String what, Rounds rounds, Map<String, BenchmarkProcess> processes) {
        List<String> notLearning = processes.entrySet().stream().filter(e -> !e.getValue().learns()).map(Map.Entry::getKey).toList();
        String result = Format.millis(rounds.median(CAIRN)) + " a step" + (processes.containsKey(TORCH)
                ? "; PyTorch " + Format.millis(rounds.median(TORCH)) + "; Cairn / PyTorch " + rounds.ratio(CAIRN, TORCH) : "");
        context.report(what, notLearning.isEmpty() ? Row.Verdict.MEASURED : Row.Verdict.FAILED, notLearning.isEmpty() ? result
                : result + "; the loss does not fall: " + String.join(", ", notLearning));
    }
}
