package cairn.bench;

import cairn.data.source.DataFolders;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import cairn.run.Clocks;
import cairn.run.Event;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import cairn.timing.Rounds;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much longer training takes with saves. Whole runs of mnist-mlp with folder, journal and retention are timed from the first step to
 * the last. The saves at the beginning and at the end, which every run has, are not in this time.
 */
final class StepTimes {
    private static final int WARM_UPS = 1;
    private static final int ROUNDS = 5;
    private static final long STEPS = 500;
    private static final String NEVER = "end";

    private StepTimes() {
    }

    static String table(Path folder) throws IOException {
        Recipe recipe = BuiltInRecipes.get("mnist-mlp");
        Map<String, String> rules = new LinkedHashMap<>();
        rules.put("no saving", NEVER);
        rules.put("default (" + recipe.run().saveEvery() + ")", recipe.run().saveEvery());
        rules.put("auto", "auto");
        rules.put("every 10 steps", "10");
        Map<String, Rounds.Work> ways = new LinkedHashMap<>();
        Map<String, List<Recording>> recordings = new LinkedHashMap<>();
        AtomicInteger number = new AtomicInteger();
        rules.forEach((name, rule) -> {
            recordings.put(name, new ArrayList<>());
            ways.put(name, () -> {
                Recording recording = new Recording();
                try (Run run = Run.create(folder.resolve("run-" + number.incrementAndGet()), recipe,
                        Workspace.of(DataFolders.standard(), new Clocks(System::currentTimeMillis, System::nanoTime)))) {
                    run.train(TrainOptions.until(STEPS).save(rule).keep(recipe.run().keep()).observers(recording::on));
                }
                recordings.get(name).add(recording);
                return recording.last.nanos / 1e9 - recording.first.nanos / 1e9;
            });
        });
        Rounds time = Rounds.of(WARM_UPS, ROUNDS, ways);
        Map<String, double[]> cpu = new LinkedHashMap<>();
        recordings.forEach((name, all) -> cpu.put(name, all.stream().skip(WARM_UPS)
                .mapToDouble(w -> w.last.cpuNanos / 1e9 - w.first.cpuNanos / 1e9).toArray()));
        return table(rules.keySet(), time, Rounds.of(cpu), recordings);
    }

    private static String table(Set<String> names, Rounds time, Rounds cpu, Map<String, List<Recording>> recordings) {
        StringBuilder table = new StringBuilder("| mnist-mlp saved | saves in " + STEPS + " steps | ms per step | more than without"
                + " | CPU ms per step, all threads | more than without |\n|---|--:|--:|--:|--:|--:|\n");
        for (String name : names) {
            Recording last = recordings.get(name).get(recordings.get(name).size() - 1);
            String chosen = last.autoSeconds.isPresent() ? String.format(Locale.ROOT, " (it chose every %.0f s)",
                    last.autoSeconds.getAsDouble()) : "";
            boolean isFirst = name.equals("no saving");
            table.append(String.format(Locale.ROOT, "| %s | %d%s | %.2f | %s | %.2f | %s |%n", name, last.saves, chosen,
                    1e3 * time.median(name) / STEPS,
                    isFirst ? "" : time.more(name, "no saving"), 1e3 * cpu.median(name) / STEPS, isFirst ? ""
                    : cpu.more(name, "no saving")));
        }
        return table.toString();
    }

    /** A moment: the time of the clock, and the CPU time of the whole process. */
    private record Moment(long nanos, long cpuNanos) {
        static Moment now() {
            return new Moment(System.nanoTime(), ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                    .getProcessCpuTime());
        }
    }

    /** The ends of the first and the last step, the number of saves in between, and the interval that the rule chose. */
    private static final class Recording {
        private Moment first;
        private Moment last;
        private int saves;
        private OptionalDouble autoSeconds = OptionalDouble.empty();

        void on(Event event) {
            if (event instanceof Event.Saved e && e.position().step() > 0 && e.position().step() < STEPS) {
                saves++;
            } else if (event instanceof Event.Stopped e) {
                autoSeconds = e.auto().map(c -> OptionalDouble.of(c.seconds())).orElse(OptionalDouble.empty());
            } else if (event instanceof Event.Stepped e) {
                last = e.position().step() == 1 || e.position().step() == STEPS ? Moment.now() : last;
                first = first == null ? last : first;
            }
        }
    }
}
