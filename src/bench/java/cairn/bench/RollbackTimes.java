package cairn.bench;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.data.source.DataFolders;
import cairn.disk.RealDisk;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import cairn.replay.SnapshotBuffer;
import cairn.state.CaptureBuffers;
import cairn.timing.Rounds;
import cairn.train.Stepper;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Going back: to a state that a snapshot buffer in memory keeps, to one between two of them, and to one in a file; and what keeping the states
 * costs each step.
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
        try (Trainer kept = Trainer.fresh(recipe, data); Trainer sparse = Trainer.fresh(recipe, data); Trainer plain = Trainer.fresh(recipe, data);
                DirectoryStore store = DirectoryStore.writing(folder.resolve("rollback"), new RealDisk())) {
            kept.remember(SnapshotBuffer.of(STEPS + 2));
            sparse.remember(SnapshotBuffer.of(STEPS).every(EVERY));
            store.commit(Checkpoint.of(0, plain.snapshot()));
            ByteBuffer source = ByteBuffer.allocateDirect(Math.toIntExact(bytes(plain)));
            ByteBuffer target = ByteBuffer.allocateDirect(source.capacity());
            Map<String, Rounds.Work> ways = new LinkedHashMap<>();
            ways.put("plain copy of the bytes", Rounds.timed(() -> target.duplicate().put(source.duplicate())));
            ways.put("to a state in the snapshot buffer", () -> back(kept, kept.position().step() + STEPS / 2));
            ways.put("to 9 steps after one in the snapshot buffer", () -> back(sparse, (sparse.position().step() + STEPS) / EVERY * EVERY - 1));
            ways.put("to a checkpoint in a file", Rounds.timed(() -> plain.restore(store.read(0).state())));
            ways.put(STEPS + " steps without a snapshot buffer", () -> forward(plain));
            ways.put(STEPS + " steps, each kept", () -> forward(kept));
            ways.put(STEPS + " steps, every 10th kept", () -> forward(sparse));
            Rounds rounds = Rounds.of(3, ROUNDS, ways);
            String none = STEPS + " steps without a snapshot buffer";
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

    /** Goes forward, which does not count, and then back to {@code step}. */
    private static double back(Trainer trainer, long step) throws IOException {
        forward(trainer);
        return Rounds.timed(() -> trainer.rollbackTo(step)).seconds();
    }

    private static double forward(Trainer trainer) throws IOException {
        return Rounds.timed(() -> new Stepper(trainer, new Stepper.Listener() { }).to(trainer.position().step() + STEPS)).seconds();
    }
}
