package cairn.run;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.InMemoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.data.source.BuiltInData;
import cairn.nn.layer.Dense;
import cairn.optim.Adam;
import cairn.optim.schedule.TrainingTime;
import cairn.recipe.Recipe;
import cairn.train.Trainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("device")
class TrainingLoopTest {
    private static final Recipe RECIPE = Recipe.named("loop").data(new BuiltInData.Iris()).batchSize(16).model(Dense.of(3))
            .optimizer(Adam.of(0.01)).evaluate(TrainingTime.steps(3), "loss").build();

    private static String run(Trainer trainer, InMemoryStore store, long until, StopRule stop, List<Event> events, Observer observer)
            throws IOException {
        return loop(trainer, store, TrainOptions.until(until).stop(stop).observers(events::add, observer)).run();
    }

    private static TrainingLoop loop(Trainer trainer, InMemoryStore store, TrainOptions options) {
        return new TrainingLoop(trainer, options, RetentionPolicy.parse("all", Ranking.min("loss")), store, Map::of, System::nanoTime);
    }

    private static StopRule when(AtomicBoolean isStopped) {
        return StopRule.urgent(() -> isStopped.get() ? Optional.of("asked") : Optional.empty());
    }

    /** A stop during an evaluation: the step is saved without it. The resume makes the evaluation and replaces the checkpoint. */
    @Test
    void aResumeMakesACancelledEvaluation() throws IOException {
        InMemoryStore unbroken = new InMemoryStore();
        try (Trainer trainer = Trainer.fresh(RECIPE)) {
            loop(trainer, unbroken, TrainOptions.until(8).save("1")).run();
        }
        InMemoryStore store = new InMemoryStore();
        AtomicBoolean isStopped = new AtomicBoolean();
        List<Event> events = new ArrayList<>();
        try (Trainer trainer = Trainer.fresh(RECIPE)) {
            String why = run(trainer, store, 8, when(isStopped), events,
                    event -> isStopped.compareAndSet(false, event instanceof Event.Stepped && event.position().step() == 6));
            assertThat(why).isEqualTo("asked");
            assertThat(trainer.isEvaluationDue()).isTrue();
        }
        assertThat(evaluated(events)).as("the evaluation of step 6 was cancelled").containsExactly(3L);
        assertThat(store.steps()).containsExactly(0L, 6L);
        Checkpoint without = store.read(6);
        assertThat(without.metrics()).isEmpty();
        assertThat(without.state().digest()).isNotEqualTo(unbroken.read(6).state().digest());

        events.clear();
        try (Trainer trainer = Trainer.fresh(RECIPE)) {
            trainer.restore(without.state());
            run(trainer, store, 8, (position, progress) -> Optional.empty(), events, event -> { });
        }
        assertThat(evaluated(events)).containsExactly(6L);
        assertThat(store.read(6).state().digest()).as("as without the stop").isEqualTo(unbroken.read(6).state().digest());
        assertThat(store.read(6).metrics()).isEqualTo(unbroken.read(6).metrics()).containsKey("loss");
        assertThat(store.read(8).state().digest()).isEqualTo(unbroken.read(8).state().digest());
    }

    /** Also at the last step, where nothing is left to train. */
    @Test
    void aResumeMakesACancelledEvaluationOfTheLastStep() throws IOException {
        InMemoryStore store = new InMemoryStore();
        AtomicBoolean isStopped = new AtomicBoolean();
        try (Trainer trainer = Trainer.fresh(RECIPE)) {
            run(trainer, store, 3, when(isStopped), new ArrayList<>(),
                    event -> isStopped.compareAndSet(false, event instanceof Event.Stepped && event.position().step() == 3));
        }
        try (Trainer trainer = Trainer.fresh(RECIPE)) {
            trainer.restore(store.read(3).state());
            run(trainer, store, 3, (position, progress) -> Optional.empty(), new ArrayList<>(), event -> { });
            assertThat(trainer.isEvaluationDue()).isFalse();
            assertThat(store.read(3).state()).isEqualTo(trainer.snapshot());
        }
    }

    @Test
    void anEvaluationOfTheCallerCanBeCancelled() throws IOException {
        try (Trainer trainer = Trainer.fresh(RECIPE)) {
            int[] calls = {0};
            assertThat(trainer.evaluate(trainer.data().splits().train(), () -> calls[0]++ > 0)).as("complete after one batch").isPresent();
            assertThat(trainer.evaluate(trainer.data().splits().train(), () -> true)).isEmpty();
        }
    }

    private static List<Long> evaluated(List<Event> events) {
        return events.stream().filter(Event.Evaluated.class::isInstance).map(e -> e.position().step()).toList();
    }
}
