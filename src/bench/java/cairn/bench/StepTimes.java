package cairn.bench;

import cairn.train.BuiltInRecipes;
import cairn.train.DataPlaces;
import cairn.train.Event;
import cairn.train.Recipe;
import cairn.train.Run;
import cairn.train.SaveRule;
import cairn.train.StopRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much longer training takes because it is saved. Whole runs of mnist-mlp with folder, journal and retention, from the first step to
 * the last; the saves at the very beginning and end, which every run has, are outside of that time.
 */
final class StepTimes {
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
        Map<String, AtomicInteger> saves = new LinkedHashMap<>();
        AtomicInteger number = new AtomicInteger();
        rules.forEach((name, rule) -> {
            saves.put(name, new AtomicInteger());
            ways.put(name, () -> {
                Watch watch = new Watch();
                try (Run run = Run.create(folder.resolve("run-" + number.incrementAndGet()), recipe, DataPlaces.standard(),
                        new Run.Clocks(System::currentTimeMillis, System::nanoTime))) {
                    run.train(STEPS, StopRule.atStep(STEPS), SaveRule.parse(rule), recipe.run().keep(), List.of(watch::on));
                }
                saves.get(name).set(watch.saves);
                return (watch.last - watch.first) / 1e9;
            });
        });
        Rounds rounds = Rounds.of(1, ROUNDS, ways);
        StringBuilder table = new StringBuilder("| mnist-mlp saved | saves in " + STEPS + " steps | ms per step | more than without |\n|---|--:|--:|--:|\n");
        rules.keySet().forEach(name -> table.append(String.format(Locale.ROOT, "| %s | %d | %.3f | %s |%n", name, saves.get(name).get(),
                1e3 * rounds.median(name) / STEPS, name.equals("no saving") ? "" : rounds.more(name, "no saving"))));
        return table.toString();
    }

    /** When the first step began and the last had ended, and how often it was saved in between. */
    private static final class Watch {
        private long first;
        private long last;
        private int saves;

        void on(Event event) {
            if (event instanceof Event.Saved e && e.position().step() > 0 && e.position().step() < STEPS) {
                saves++;
            } else if (event instanceof Event.Stepped e) {
                last = System.nanoTime();
                first = e.position().step() == 1 ? last : first;
            }
        }
    }
}
