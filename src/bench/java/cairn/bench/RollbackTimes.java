package cairn.bench;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.data.source.DataFolders;
import cairn.disk.RealDisk;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import cairn.replay.Replay;
import cairn.replay.SnapshotBuffer;
import cairn.state.CaptureBuffers;
import cairn.timing.Rounds;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The time of going back: to a snapshot in memory, to a step between two snapshots, and to a checkpoint in a file; and how much the
 * snapshots slow down each step.
 */
final class RollbackTimes {
    private static final int ROUNDS = 21;
    private static final int STEPS = 50;
    private static final int EVERY = 10;

    private RollbackTimes() {
    }

    static String table(Path folder) throws IOException {
        Recipe recipe = BuiltInRecipes.get("mnist-mlp");
        TrainingData data = TrainingData.open(recipe, DataFolders.standard());
        try (Trainer kept = Trainer.fresh(recipe, data); Trainer sparse = Trainer.fresh(recipe, data); Trainer plain = Trainer.fresh(recipe,
                data);
                DirectoryStore store = DirectoryStore.writing(folder.resolve("rollback"), new RealDisk())) {
            Replay all = Replay.of(kept, SnapshotBuffer.of(STEPS + 2));
            Replay some = Replay.of(sparse, SnapshotBuffer.of(STEPS).every(EVERY));
            store.commit(Checkpoint.of(0, plain.snapshot()));
            ByteBuffer source = ByteBuffer.allocateDirect(Math.toIntExact(bytes(plain)));
            ByteBuffer target = ByteBuffer.allocateDirect(source.capacity());
            Map<String, Rounds.Work> ways = new LinkedHashMap<>();
            ways.put("plain copy of the bytes", Rounds.timed(() -> target.duplicate().put(source.duplicate())));
            ways.put("to a snapshot in memory", () -> back(all, kept, kept.position().step() + STEPS / 2));
            ways.put("to 9 steps after a snapshot in memory", () -> back(some, sparse, (sparse.position().step()
                    + STEPS) / EVERY * EVERY - 1));
            ways.put("to a checkpoint in a file", Rounds.timed(() -> plain.restore(store.read(0).state())));
            ways.put(STEPS + " steps without snapshots", () -> forward(Replay.of(plain), plain));
            ways.put(STEPS + " steps, each kept", () -> forward(all, kept));
            ways.put(STEPS + " steps, every 10th kept", () -> forward(some, sparse));
            Rounds rounds = Rounds.of(3, ROUNDS, ways);
            String none = STEPS + " steps without snapshots";
            StringBuilder table = new StringBuilder(String.format(Locale.ROOT, "| mnist-mlp, %s of state | ms | against |%n|---|--:|--:|%n",
                    Vectors.size(source.capacity())));
            ways.keySet().forEach(way -> table.append(String.format(Locale.ROOT, "| %s | %.2f | %s |%n", way, 1e3 * rounds.median(way),
                    way.equals(none) || way.startsWith("plain") ? ""
                            : way.contains("steps,") ? rounds.more(way, none) + " than without"
                            : rounds.ratio(way, "plain copy of the bytes") + " plain copies")));
            return table.toString();
        }
    }

    private static long bytes(Trainer trainer) {
        CaptureBuffers buffers = new CaptureBuffers();
        buffers.capture(trainer);
        return buffers.bytes();
    }

    /** Trains, which does not count, and then times going back to {@code step}. */
    private static double back(Replay replay, Trainer trainer, long step) throws IOException {
        forward(replay, trainer);
        return Rounds.timed(() -> replay.goTo(step)).seconds();
    }

    private static double forward(Replay replay, Trainer trainer) throws IOException {
        return Rounds.timed(() -> replay.trainTo(trainer.position().step() + STEPS)).seconds();
    }
}
