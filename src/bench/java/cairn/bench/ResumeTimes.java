package cairn.bench;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.data.source.DataFolders;
import cairn.disk.RealDisk;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import cairn.state.State;
import cairn.state.Value;
import cairn.timing.Rounds;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The time from a checkpoint in a file to the end of the first step after it: read, check, restore, find the rows, train. */
final class ResumeTimes {
    private static final int ROUNDS = 15;
    private static final long LATE = 1_000_000;

    private ResumeTimes() {
    }

    static String table(Path folder) throws IOException {
        Recipe recipe = BuiltInRecipes.get("mnist-mlp");
        TrainingData data = TrainingData.open(recipe, DataFolders.standard());
        try (DirectoryStore store = DirectoryStore.writing(folder.resolve("resume"), new RealDisk())) {
            try (Trainer trainer = Trainer.fresh(recipe, data)) {
                State early = trainer.snapshot();
                store.commit(Checkpoint.of(0, early));
                // The late state has the moments and counters of the early one, because they do not change the time.
                store.commit(Checkpoint.of(LATE, early.overlay(State.of(Map.of("train/step", new Value.Int(LATE))))));
            }
            Map<String, Rounds.Work> ways = new LinkedHashMap<>();
            for (long step : new long[] {0, LATE}) {
                ways.put("step " + step, Rounds.timed(() -> {
                    try (Trainer trainer = Trainer.fresh(recipe, data)) {
                        trainer.restore(store.read(step).state());
                        trainer.step();
                    }
                }));
            }
            Rounds rounds = Rounds.of(3, ROUNDS, ways);
            StringBuilder table = new StringBuilder("| mnist-mlp resumed at | to the end of the first step, ms | against step 0 |\n|---|--:|--:|\n");
            ways.keySet().forEach(way -> table.append(String.format(Locale.ROOT, "| %s | %.1f | %s |%n", way, 1e3 * rounds.median(way),
                    way.equals("step 0") ? "" : rounds.ratio(way, "step 0"))));
            return table.toString();
        }
    }
}
