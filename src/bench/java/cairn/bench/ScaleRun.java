package cairn.bench;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.data.source.DataFolders;
import cairn.disk.RealDisk;
import cairn.recipe.Recipe;
import cairn.state.CaptureBuffers;
import cairn.timing.Rounds;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A network 784-u-u-10 with Adam, measured in its own process. Arguments: folder, u, batch size. It prints one line: the number of
 * parameters, the seconds of a step, of a capture and of a commit, the resident bytes before the training was made, and the largest number
 * of them.
 */
final class ScaleRun {
    private static final double SECONDS = 1.5;
    private static final int MOST = 400;
    private static final int CAPTURES = 5;

    private ScaleRun() {
    }

    public static void main(String[] args) throws IOException {
        int units = Integer.parseInt(args[1]);
        Recipe recipe = recipe(units, Integer.parseInt(args[2]));
        TrainingData data = TrainingData.open(recipe, DataFolders.standard());
        long before = Memory.resident();
        try (Trainer trainer = Trainer.fresh(recipe, data); DirectoryStore store = DirectoryStore.writing(Path.of(args[0]),
                new RealDisk())) {
            double first = Rounds.timed(() -> steps(trainer, 3)).seconds() / 3;
            steps(trainer, (int) Math.min(MOST, SECONDS / first));
            double[] step = new double[(int) Math.max(3, Math.min(MOST, SECONDS / first))];
            for (int i = 0; i < step.length; i++) {
                step[i] = Rounds.timed(trainer::step).seconds();
            }
            CaptureBuffers buffers = new CaptureBuffers();
            buffers.capture(trainer);
            double[] capture = new double[CAPTURES];
            double[] commit = new double[CAPTURES];
            for (int i = 0; i < CAPTURES; i++) {
                capture[i] = Rounds.timed(() -> buffers.capture(trainer)).seconds();
                long at = i;
                commit[i] = Rounds.timed(() -> store.commit(Checkpoint.of(at, buffers.capture(trainer)))).seconds();
                store.delete(at);
            }
            System.out.printf(Locale.ROOT, "%d %.9f %.9f %.9f %d %d%n",
                    trainer.recipe().parameterCount(trainer.data().splits().train().shape()), Rounds.quantile(step, 0.5),
                    Rounds.quantile(capture, 0.5), Rounds.quantile(commit, 0.5), before, Memory.peak());
        }
    }

    private static void steps(Trainer trainer, int count) {
        for (int i = 0; i < count; i++) {
            trainer.step();
        }
    }

    private static Recipe recipe(int units, int batch) {
        return Recipe.parse(String.format(Locale.ROOT, """
                name: scale
                seed: 42
                data: {set: mnist, batch-size: %d, validation: 5000}
                model: [flatten, {dense: {units: %d}}, relu, {dense: {units: %d}}, relu, {dense: {units: 10}}]
                optimizer: {rule: adam, learning-rate: 0.001}
                """, batch, units, units), "scale");
    }
}
