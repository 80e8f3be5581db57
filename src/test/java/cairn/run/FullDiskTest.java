package cairn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.data.source.DataFolders;
import cairn.disk.Disk;
import cairn.disk.FaultyDisk;
import cairn.disk.FaultyDisk.Fault;
import cairn.disk.MemoryDisk;
import cairn.disk.RealDisk;
import cairn.disk.SmallDisk;
import cairn.recipe.Recipe;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs on a disk that is too small or becomes full. */
class FullDiskTest {
    private static final AtomicLong TICKS = new AtomicLong();
    private static final Clocks CLOCKS = new Clocks(TICKS::incrementAndGet, TICKS::incrementAndGet);
    private static final long END = 14;
    private static final Recipe RECIPE = Recipe.parse("""
            name: small
            data: {set: blobs, rows: 60, classes: 3, batch-size: 11, validation: 10, test: 10}
            model: [dense: {units: 40}, relu, dropout: {rate: 0.2}, dense: {units: 3}]
            optimizer: {rule: adam, learning-rate: 0.05}
            evaluate: {every: 6}
            """, "small");
    /** A checkpoint has about 7 kB, the texts of a run about 3 kB, and its journal a block of 4 kB. */
    private static final long TEXTS = 10_000;

    @TempDir
    private Path root;

    private static Map<Long, String> digests() throws IOException {
        Map<Long, String> digests = new TreeMap<>();
        try (Trainer trainer = Trainer.fresh(RECIPE, TrainingData.open(RECIPE, DataFolders.of()))) {
            for (long step = 0; step <= END; step++) {
                trainer.trainTo(step);
                digests.put(step, trainer.snapshot().digest());
            }
        }
        return digests;
    }

    private static void train(Run run) throws IOException {
        run.train(TrainOptions.until(END).save("1"));
    }

    @Test
    void aRunWarnsIfAFolderCannotBeForced() throws IOException {
        Disk real = new RealDisk();
        Disk unforced = (Disk) Proxy.newProxyInstance(Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, args) -> {
            try {
                return method.getName().equals("forceFolder") ? (Object) false : method.invoke(real, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
        try (Run run = Run.create(path(), RECIPE, new Workspace(unforced, DataFolders.of(), CLOCKS))) {
            assertThat(run.durabilityWarning()).hasValueSatisfying(w -> assertThat(w).contains(path().toString())
                    .contains("power failure"));
        }
        try (Run run = Run.create(root.resolve("other"), RECIPE, new Workspace(real, DataFolders.of(), CLOCKS))) {
            assertThat(run.durabilityWarning().isEmpty()).isEqualTo(java.io.File.separatorChar == '/');
        }
    }

    private Path path() {
        return root.resolve("run");
    }

    private long checkpointBytes() throws IOException {
        try (Run run = Run.create(root.resolve("other"), RECIPE, Workspace.of(DataFolders.of(), CLOCKS))) {
            return run.demand(TrainOptions.until(END).save("1")).fileBytes();
        }
    }

    @Test
    void aDiskForOneCheckpointIsRefusedBeforeTheFirstStepWithBothNumbers() throws IOException {
        long bytes = checkpointBytes();
        SmallDisk disk = new SmallDisk(TEXTS + bytes, true);
        try (Run run = Run.create(path(), RECIPE, new Workspace(disk, DataFolders.of(), CLOCKS))) {
            long left = disk.usableBytes(path());
            assertThat(left).isBetween(bytes, 2 * bytes - 1);
            assertThatThrownBy(() -> train(run)).isInstanceOf(FileSystemException.class).hasMessageContainingAll("not enough space to save",
                    "a checkpoint takes " + kilobytes(bytes), "the disk has " + kilobytes(left) + " left", "Free some");
            assertThat(run.trainer().position().step()).isZero();
            assertThat(run.checkpoints()).isEmpty();
        }
        disk.grow(END * bytes + bytes);
        try (Run run = Run.resume(path(), new Workspace(disk, DataFolders.of(), CLOCKS),
                ResumeOptions.standard().requiring(ResumeGrade.Level.EXACT).onDamaged(d -> { throw new AssertionError(d); }))) {
            train(run);
            assertThat(run.trainer().snapshot().digest()).isEqualTo(digests().get(END));
        }
    }

    private static String kilobytes(long bytes) {
        return String.format(java.util.Locale.ROOT, "%.3g kB", bytes / 1000.0);
    }

    /** With a disk that says how much space is left, and with one that fails in the middle of a file. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFullDiskStopsTheRunLosesNothingAndTheRunGoesOnWhenThereIsSpace(boolean isHonest) throws IOException {
        long bytes = checkpointBytes();
        Map<Long, String> digests = digests();
        SmallDisk disk = new SmallDisk(TEXTS + 5 * bytes, isHonest);
        try (Run run = Run.create(path(), RECIPE, new Workspace(disk, DataFolders.of(), CLOCKS))) {
            if (isHonest) {
                assertThat(run.diskWarning(run.demand(TrainOptions.until(END).save("1")), TrainOptions.until(END).save("1"))).isPresent();
            }
            assertThatThrownBy(() -> train(run)).isInstanceOf(IOException.class).hasMessageContainingAll("the checkpoint of step ",
                    "could not be saved", isHonest ? "not enough space: it takes " : "No space left on device",
                    "Earlier checkpoints are untouched",
                    "prune makes space", "a resume goes on from the newest").hasMessageNotContaining("..");
        }
        List<Long> stored = requireSound(digests);
        assertThat(stored).hasSizeGreaterThanOrEqualTo(4).startsWith(0L, 1L, 2L, 3L).doesNotContain(END);

        // In one case the user deletes something; in the other case the disk becomes larger.
        if (isHonest) {
            try (DirectoryStore store = DirectoryStore.writing(path(), disk)) {
                store.prune(RetentionPolicy.parse("last:1", RECIPE.evaluate().ranking()));
            }
        } else {
            disk.grow(END * bytes);
        }
        try (Stream<Path> names = Files.list(path())) {
            assertThat(names.map(f -> f.getFileName().toString())).as("half a file").noneMatch(n -> n.startsWith("pending-step"));
        }
        try (Run run = Run.resume(path(), new Workspace(disk, DataFolders.of(), CLOCKS),
                ResumeOptions.standard().requiring(ResumeGrade.Level.EXACT).onDamaged(d -> { throw new AssertionError(d); }))) {
            assertThat(run.trainer().position().step()).isEqualTo(stored.get(stored.size() - 1));
            run.train(TrainOptions.until(END).save("1").keep(isHonest ? "last:1" : "all"));
            assertThat(run.trainer().snapshot().digest()).isEqualTo(digests.get(END));
        }
        assertThat(requireSound(digests)).contains(END);
    }

    /**
     * Each operation on the journal fails once. The run stops with the file and the advice, no checkpoint is lost, the journal can be read,
     * and a resume reaches the same end.
     */
    @ParameterizedTest
    @EnumSource(value = Fault.class, names = {"NO_SPACE", "IO_ERROR"})
    void aJournalThatCannotBeWrittenStopsTheRunAndLosesNoCheckpoint(Fault fault) throws IOException {
        Map<Long, String> digests = digests();
        boolean hasFailed = true;
        for (int k = 1; hasFailed; k++) {
            assertThat(k).isLessThan(200);
            MemoryDisk memory = new MemoryDisk(true);
            FaultyDisk faulty = new FaultyDisk(memory).counting(RunFiles.JOURNAL);
            faulty.failAt(k, fault);
            Map<Long, String> saved = new TreeMap<>();
            try (Run run = Run.create(path(), RECIPE, new Workspace(faulty, DataFolders.of(), CLOCKS))) {
                run.train(TrainOptions.until(END).save("4").observers(event -> {
                    if (event instanceof Event.Saved e) {
                        saved.put(e.checkpoint().step(), e.checkpoint().digest());
                    }
                }));
            } catch (IOException e) {
                assertThat(e).hasMessageContainingAll(path().resolve(RunFiles.JOURNAL).toString(), "made up", "resume the run");
            }
            hasFailed = faulty.hasFailed();
            assertThat(History.recorded(memory, path(), series -> true, 0, END).damage()).isEmpty();
            try (DirectoryStore store = DirectoryStore.reading(path(), memory)) {
                assertThat(store.steps()).as("after %s", faulty.operations()).containsAll(saved.keySet());
                for (long step : store.steps()) {
                    assertThat(store.verify(step).state().digest()).isEqualTo(digests.get(step));
                }
            }
            try (Run run = Run.resume(path(), new Workspace(memory, DataFolders.of(), CLOCKS),
                    ResumeOptions.standard().requiring(ResumeGrade.Level.EXACT).onDamaged(d -> { throw new AssertionError(d); }))) {
                train(run);
                assertThat(run.trainer().snapshot().digest()).isEqualTo(digests.get(END));
            }
        }
    }

    /** Checks every stored checkpoint; returns their steps. */
    private List<Long> requireSound(Map<Long, String> digests) throws IOException {
        try (DirectoryStore store = DirectoryStore.reading(path(), new RealDisk())) {
            assertThat(store.listing().unreadable()).isEmpty();
            for (long step : store.steps()) {
                assertThat(store.verify(step).state().digest()).as("step %d", step).isEqualTo(digests.get(step));
            }
            return List.copyOf(store.steps());
        }
    }
}
