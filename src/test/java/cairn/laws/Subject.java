package cairn.laws;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.InMemoryStore;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.recipe.Recipe;
import cairn.run.Observer;
import cairn.run.TrainOptions;
import cairn.run.TrainingLoop;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A training for tests of the laws: a recipe with its rows, short enough to be resumed from every step. */
record Subject(String name, Recipe recipe, TrainingData data) {
    /** More than two epochs. With an evaluation every 3 steps, the last one is before the end. */
    static final long STEPS = 20;
    private static final Map<String, String> UNBROKEN = new ConcurrentHashMap<>();

    /** A new training at step 0. */
    Trainer fresh() {
        return Trainer.fresh(recipe, data);
    }

    /** The digest at step {@code until} of a training that is not interrupted or observed. */
    String unbroken(long until) throws IOException {
        String what = recipe.digest() + data.digest() + until;
        if (!UNBROKEN.containsKey(what)) {
            try (Trainer trainer = fresh()) {
                UNBROKEN.put(what, run(trainer, until));
            }
        }
        return UNBROKEN.get(what);
    }

    /** Trains to step {@code until} without saving on the way; returns the digest there. */
    static String run(Trainer trainer, long until) throws IOException {
        return run(trainer, until, "end", new InMemoryStore(), List.of());
    }

    /** Trains to step {@code until}, saves as the rule says into a store that keeps everything, and returns the digest there. */
    static String run(Trainer trainer, long until, String saves, CheckpointStore store, List<Observer> observers) throws IOException {
        loop(trainer, until, saves, store, observers).run();
        return trainer.snapshot().digest();
    }

    static TrainingLoop loop(Trainer trainer, long until, String saves, CheckpointStore store, List<Observer> observers) {
        // Each reading of this clock advances it by 0.7 ms.
        AtomicLong nanos = new AtomicLong();
        return loop(trainer, TrainOptions.until(until).save(saves).observers(observers), store, () -> nanos.addAndGet(700_000));
    }

    /** A loop that keeps every checkpoint. */
    static TrainingLoop loop(Trainer trainer, TrainOptions options, CheckpointStore store, LongSupplier clock) {
        return new TrainingLoop(trainer, options, RetentionPolicy.parse("all", Ranking.min("loss")), store, Map::of, clock);
    }

    /** The rows of the next step, as indices into the training rows. */
    static int[] nextRows(Trainer trainer) {
        return trainer.data().batchRows(trainer.recipe(), trainer.position().step());
    }

    @Override
    public String toString() {
        return name;
    }
}
