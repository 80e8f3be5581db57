package cairn.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.data.source.DataFolders;
import cairn.disk.BadSpot;
import cairn.disk.Disk;
import cairn.disk.MemoryDisk;
import cairn.recipe.Recipe;
import cairn.run.Clocks;
import cairn.run.Event;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One checkpoint of a run that the disk does not give, each in turn: the run goes on as without it, and it is told which one and why. */
class UnreadableCheckpointTest {
    private static final AtomicLong TICKS = new AtomicLong();
    private static final Clocks CLOCKS = new Clocks(TICKS::incrementAndGet, TICKS::incrementAndGet);
    private static final Path PATH = Path.of("/disk/runs/small");
    private static final List<Long> STEPS = List.of(0L, 10L, 20L, 30L, 40L);
    private static final Recipe RECIPE = Recipe.parse("""
            name: small
            data: {set: blobs, rows: 60, classes: 3, batch-size: 10, validation: 10, test: 10}
            model: [dense: {units: 8}, batch-norm, relu, dropout: {rate: 0.2}, dense: {units: 3}]
            optimizer: {rule: adam, learning-rate: 0.05}
            evaluate: {every: 5, monitor: accuracy}
            """, "small");

    private static final Map<Long, String> DIGESTS = new TreeMap<>();
    private static MemoryDisk trained;
    private static long best;

    @BeforeAll
    static void train() throws IOException {
        trained = new MemoryDisk(true);
        try (Run run = Run.create(PATH, RECIPE, new Workspace(trained, DataFolders.of(), CLOCKS))) {
            run.train(TrainOptions.until(40).save("10"));
        }
        trained.settle();
        try (DirectoryStore store = DirectoryStore.reading(PATH, trained)) {
            best = RECIPE.evaluate().ranking().best(store.list()).map(CheckpointInfo::step).orElseThrow();
            assertThat(best).as("an old one").isBetween(1L, 39L);
        }
        try (Trainer trainer = Trainer.fresh(RECIPE, TrainingData.open(RECIPE, DataFolders.of()))) {
            for (long step = 0; step <= 50; step++) {
                trainer.trainTo(step);
                DIGESTS.put(step, trainer.snapshot().digest());
            }
        }
    }

    private interface Work {
        void on(Disk disk, long bad) throws IOException;
    }

    /** Does {@code work} on a copy of the run for each checkpoint, where its file, its header or its last tensor cannot be read. */
    private static void everywhere(Work work) throws IOException {
        for (long step : STEPS) {
            String file = String.format("step-%012d.safetensors", step);
            BadSpot whole = BadSpot.none(trained, file);
            DirectoryStore.reading(PATH, whole).read(step);
            List<BadSpot.Spot> spots = whole.asked().stream().filter(spot -> !spot.operation().equals("exists")).toList();
            for (BadSpot.Spot spot : List.of(spots.get(0), spots.get(2), spots.get(spots.size() - 1))) {
                MemoryDisk copy = trained.survivors().iterator().next();
                try {
                    work.on(BadSpot.of(copy, file, spot, () -> new IOException("Input/output error")), step);
                } catch (IOException | RuntimeException | AssertionError e) {
                    throw new AssertionError(spot + " of " + file, e);
                }
            }
        }
    }

    private static Workspace workspace(Disk disk) {
        return new Workspace(disk, DataFolders.of(), CLOCKS);
    }

    private static void assertTold(List<String> told, long step) {
        assertThat(told).singleElement().asString().contains(String.format("step-%012d.safetensors", step), "Input/output error");
    }

    @Test
    void theRunIsResumedFromTheNewestThatCanBeReadAndTrainsOnAndPrunes() throws IOException {
        List<Event.Damaged> toldInTraining = new ArrayList<>();
        everywhere((disk, bad) -> {
            List<String> told = new ArrayList<>();
            List<Event.Damaged> damaged = new ArrayList<>();
            try (Run run = Run.resume(PATH, workspace(disk), ResumeOptions.standard().onDamaged(e -> told.add(e.getMessage())))) {
                assertThat(run.resumedFrom()).hasValue(bad == 40 ? 30 : 40);
                assertThat(run.trainer().snapshot().digest()).isEqualTo(DIGESTS.get(bad == 40 ? 30L : 40L));
                assertThat(told).hasSize(bad == 40 ? 1 : 0);
                run.train(TrainOptions.until(50).save("1").keep("last:1").observers(event -> {
                    if (event instanceof Event.Damaged e) {
                        damaged.add(e);
                    }
                }));
                assertThat(run.trainer().snapshot().digest()).isEqualTo(DIGESTS.get(50L));
            }
            // Told once in the session, if it is needed; a file whose header cannot be read counts as no best.
            assertThat(damaged).hasSizeLessThanOrEqualTo(1).allSatisfy(e -> assertTold(List.of(e.why()), bad));
            try (DirectoryStore store = DirectoryStore.reading(PATH, disk)) {
                assertThat(store.steps()).contains(50L);
                assertThat(store.verify(50).state().digest()).isEqualTo(DIGESTS.get(50L));
            }
            toldInTraining.addAll(damaged);
        });
        // The best, and the newest: a tensor of each.
        assertThat(toldInTraining).hasSize(2);
        assertTold(List.of(toldInTraining.get(0).why()), best);
        assertTold(List.of(toldInTraining.get(1).why()), 40);
    }

    @Test
    void everyStepIsReachedAndCanBeGoneBackTo() throws IOException {
        everywhere((disk, bad) -> {
            try (RunReplay replay = RunReplay.reading(PATH, workspace(disk))) {
                for (long step : new long[] {bad, bad + 3}) {
                    if (step > 40) {
                        continue;
                    }
                    List<String> told = new ArrayList<>();
                    replay.goTo(step, new ReplayListener() {
                        @Override
                        public void onDamaged(DamagedCheckpointException e) {
                            told.add(e.getMessage());
                        }
                    });
                    assertTold(told, bad);
                    assertThat(replay.checkpoint().state().digest()).as("step %d", step).isEqualTo(DIGESTS.get(step));
                }
            }
            try (RunReplay replay = RunReplay.writing(PATH, workspace(disk))) {
                assertThat(replay.rollbackTo(25, ReplayListener.NONE)).isPresent();
            }
            try (DirectoryStore store = DirectoryStore.reading(PATH, disk)) {
                assertThat(store.steps()).containsExactly(0L, 10L, 20L, 25L);
                assertThat(store.read(25).state().digest()).isEqualTo(DIGESTS.get(25L));
            }
        });
    }

    @Test
    void ifNoneCanBeReadTheRunIsRefusedAndNothingIsChanged() throws IOException {
        MemoryDisk copy = trained.survivors().iterator().next();
        Disk disk = copy;
        for (long step : STEPS) {
            disk = BadSpot.of(disk, String.format("step-%012d.safetensors", step), new BadSpot.Spot("open", 0),
                    () -> new IOException("Stale file handle"));
        }
        Disk all = disk;
        List<String> told = new ArrayList<>();
        Optional<?> before = Optional.of(copy.files());
        assertThatThrownBy(() -> Run.resume(PATH, workspace(all), ResumeOptions.standard().onDamaged(e -> told.add(e.getMessage()))))
                .isInstanceOf(IOException.class).hasMessageContainingAll(PATH.toString(), "cannot be read", "try again");
        assertThat(told).hasSize(5).allSatisfy(t -> assertThat(t).contains("Stale file handle"));
        assertThat(Optional.of(copy.files())).isEqualTo(before);
    }
}
