package cairn.run;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.data.source.DataFolders;
import cairn.disk.FaultyDisk;
import cairn.disk.FaultyDisk.Fault;
import cairn.disk.MemoryDisk;
import cairn.journal.Row;
import cairn.recipe.Recipe;
import cairn.replay.ReplayListener;
import cairn.replay.RunReplay;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of a journal change no result: a journal that cannot be written, read or parsed costs no state and stops no resume. */
class RunJournalTest {
    private static final AtomicLong TICKS = new AtomicLong();
    private static final Clocks CLOCKS = new Clocks(TICKS::incrementAndGet, TICKS::incrementAndGet);
    private static final long END = 14;
    private static final Path PATH = Path.of("/disk/run");
    private static final Path JOURNAL = PATH.resolve(RunFiles.JOURNAL);
    private static final Recipe RECIPE = Recipe.parse("""
            name: small
            data: {set: blobs, rows: 60, classes: 3, batch-size: 11, validation: 10, test: 10}
            model: [dense: {units: 4}, relu, dense: {units: 3}]
            optimizer: {rule: adam, learning-rate: 0.05}
            evaluate: {every: 6}
            """, "small");

    @TempDir
    private Path root;

    private static Map<Long, String> digests(long end) throws IOException {
        Map<Long, String> digests = new TreeMap<>();
        try (Trainer trainer = Trainer.fresh(RECIPE, TrainingData.open(RECIPE, DataFolders.of()))) {
            for (long step = 0; step <= end; step++) {
                trainer.trainTo(step);
                digests.put(step, trainer.snapshot().digest());
            }
        }
        return digests;
    }

    private static Workspace on(cairn.disk.Disk disk) {
        return new Workspace(disk, DataFolders.of(), CLOCKS);
    }

    private static Run resumed(cairn.disk.Disk disk) throws IOException {
        return Run.resume(PATH, on(disk), ResumeOptions.standard().requiring(ResumeGrade.Level.EXACT).onDamaged(d -> {
            throw new AssertionError(d);
        }));
    }

    /** A journal that is full from some operation on, as with a quota: the run ends, and the last state that it had made is saved. */
    @ParameterizedTest
    @EnumSource(value = Fault.class, names = {"NO_SPACE", "IO_ERROR"})
    void aJournalThatCannotBeWrittenAnyMoreStopsTheRunWithTheStateSaved(Fault fault) throws IOException {
        Map<Long, String> digests = digests(END);
        boolean hasFailed = true;
        for (int k = 1; hasFailed; k++) {
            assertThat(k).isLessThan(200);
            MemoryDisk memory = new MemoryDisk(true);
            FaultyDisk faulty = new FaultyDisk(memory).counting(RunFiles.JOURNAL);
            faulty.failFrom(k, fault);
            long reached = -1;
            try (Run run = Run.create(PATH, RECIPE, on(faulty))) {
                try {
                    run.train(TrainOptions.until(END).save("4"));
                } finally {
                    reached = run.trainer().position().step();
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContainingAll(JOURNAL.toString(), "made up", "resume the run");
            }
            hasFailed = faulty.hasFailed();
            try (DirectoryStore store = DirectoryStore.reading(PATH, memory)) {
                assertThat(store.steps().last()).as("after %s", faulty.operations()).isEqualTo(reached);
                assertThat(store.verify(reached).state().digest()).isEqualTo(digests.get(reached));
            }
            faulty.repair();
            try (Run run = resumed(faulty)) {
                run.train(TrainOptions.until(END));
                assertThat(run.trainer().snapshot().digest()).isEqualTo(digests.get(END));
            }
            assertThat(History.of(memory, PATH).damage()).isEmpty();
        }
    }

    /** With {@code CONTINUE} the run goes on, says that rows are missing, and writes those that wait as soon as it can. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoContinuesWithoutTheJournalIsToldAndRowsThatWaitAreWrittenLater(boolean isRepaired) throws IOException {
        Map<Long, String> digests = digests(END);
        MemoryDisk memory = new MemoryDisk(true);
        FaultyDisk faulty = new FaultyDisk(memory).counting(RunFiles.JOURNAL);
        List<Event.JournalFailed> told = new ArrayList<>();
        try (Run run = Run.create(PATH, RECIPE, on(faulty))) {
            run.train(TrainOptions.until(END).save("4").onSaveError(OnSaveError.CONTINUE).observers(event -> {
                if (event instanceof Event.Stepped e && e.position().step() == 3) {
                    faulty.failFrom(1, Fault.NO_SPACE);
                } else if (event instanceof Event.Stepped e && e.position().step() == 10 && isRepaired) {
                    faulty.repair();
                } else if (event instanceof Event.JournalFailed e) {
                    told.add(e);
                }
            }));
            assertThat(run.trainer().snapshot().digest()).isEqualTo(digests.get(END));
        }
        assertThat(told).isNotEmpty().allSatisfy(e -> assertThat(e.why()).contains(JOURNAL.toString(), "No space left on device"));
        try (DirectoryStore store = DirectoryStore.reading(PATH, memory)) {
            assertThat(store.steps()).contains(0L, 4L, 8L, 12L, END);
        }
        assertThat(History.recorded(memory, PATH, Series.LOSS::equals, 0, END).values(Series.LOSS).keySet())
                .hasSizeBetween(isRepaired ? (int) END : 0, isRepaired ? (int) END : 3);
        assertThat(History.of(memory, PATH).digests().keySet()).hasSize(isRepaired ? 5 : 1);
    }

    /** Whatever a power failure leaves, the digest of each checkpoint that was reported as saved is in the journal. */
    @Test
    void afterAPowerFailureTheDigestsOfSavedCheckpointsAreInTheJournal() throws IOException {
        MemoryDisk memory = new MemoryDisk(true);
        Map<Long, String> saved = new TreeMap<>();
        try (Run run = Run.create(PATH, RECIPE, on(memory))) {
            run.train(TrainOptions.until(END).save("3").observers(event -> {
                if (event instanceof Event.Saved e) {
                    saved.put(e.checkpoint().step(), e.checkpoint().digest());
                    for (MemoryDisk left : memory.survivors()) {
                        assertThat(History.of(left, PATH).digests()).as("%s", e).containsAllEntriesOf(saved);
                    }
                }
            }));
        }
        assertThat(saved).hasSize(6);
    }

    /** Damage of any kind, before each thing that may follow. */
    @ParameterizedTest
    @ValueSource(strings = {"zeros", "glued", "blank", "byte", "heading", "nothing", "attempt", "text"})
    void aDamagedJournalStopsNoResumeNoRollbackAndNoStep(String kind) throws IOException {
        Map<Long, String> digests = digests(END + 2);
        for (String what : List.of("resume", "nothing to do", "goto", "rollback")) {
            MemoryDisk memory = new MemoryDisk(true);
            try (Run run = Run.create(PATH, RECIPE, on(memory))) {
                run.train(TrainOptions.until(END).save("4"));
            }
            byte[] damaged = damaged(kind, memory.files().get(JOURNAL));
            memory.delete(JOURNAL);
            try (var output = memory.create(JOURNAL)) {
                output.write(ByteBuffer.wrap(damaged));
            }
            List<String> notes = new ArrayList<>();
            switch (what) {
                case "resume", "nothing to do" -> {
                    try (Run run = resumed(memory)) {
                        run.journalNote().ifPresent(notes::add);
                        run.train(TrainOptions.until(what.equals("resume") ? END + 2 : END));
                        assertThat(run.trainer().snapshot().digest()).isEqualTo(digests.get(run.trainer().position().step()));
                    }
                }
                case "goto" -> {
                    try (RunReplay replay = RunReplay.writing(PATH, on(memory))) {
                        replay.goTo(10, ReplayListener.NONE);
                        CheckpointInfo kept = replay.keep();
                        assertThat(kept.digest()).isEqualTo(digests.get(10L));
                        notes.addAll(replay.notes());
                    }
                }
                default -> {
                    try (RunReplay replay = RunReplay.writing(PATH, on(memory))) {
                        assertThat(replay.rollbackTo(10, ReplayListener.NONE)).isPresent();
                        notes.addAll(replay.notes());
                    }
                    try (Run run = resumed(memory)) {
                        assertThat(run.trainer().position().step()).isEqualTo(10);
                        run.train(TrainOptions.until(END));
                        assertThat(run.trainer().snapshot().digest()).isEqualTo(digests.get(END));
                    }
                }
            }
            assertThat(notes).as(what).anySatisfy(note -> assertThat(note).contains(JOURNAL.toString(), "journal.damaged-1.csv"));
            assertThat(memory.files()).as(what).containsEntry(PATH.resolve("journal.damaged-1.csv"), ByteBuffer.wrap(damaged));
            assertThat(History.of(memory, PATH).damage()).as(what).isEmpty();
        }
    }

    /** A journal that can be read, and neither written nor renamed, such as a file that the system has made immutable. */
    @ParameterizedTest
    @ValueSource(strings = {"sound", "zeros", "heading", "text"})
    void aJournalThatCannotBeChangedStopsNoGotoAndNoRollback(String kind) throws IOException {
        Map<Long, String> digests = digests(END);
        MemoryDisk memory = new MemoryDisk(true);
        try (Run run = Run.create(PATH, RECIPE, on(memory))) {
            run.train(TrainOptions.until(END).save("4"));
        }
        if (!kind.equals("sound")) {
            byte[] damaged = damaged(kind, memory.files().get(JOURNAL));
            memory.delete(JOURNAL);
            try (var output = memory.create(JOURNAL)) {
                output.write(ByteBuffer.wrap(damaged));
            }
        }
        ByteBuffer before = memory.files().get(JOURNAL);
        Workspace immutable = on(new FaultyDisk(memory) {
            @Override
            public Appended append(Path file) throws IOException {
                refuse(file);
                return super.append(file);
            }

            @Override
            public void rename(Path from, Path to) throws IOException {
                refuse(from);
                super.rename(from, to);
            }

            private void refuse(Path file) throws IOException {
                if (file.equals(JOURNAL)) {
                    throw new AccessDeniedException(file.toString(), null, "Operation not permitted");
                }
            }
        });
        try (RunReplay replay = RunReplay.writing(PATH, immutable)) {
            replay.goTo(11, ReplayListener.NONE);
            assertThat(replay.keep().digest()).isEqualTo(digests.get(11L));
            requireNote(replay, "Step 11 is stored all the same");
        }
        for (long step : new long[] {11, 10, 10}) {
            try (RunReplay replay = RunReplay.writing(PATH, immutable)) {
                replay.rollbackTo(step, ReplayListener.NONE);
                // Behind damage there may be nothing to record.
                if (kind.equals("sound")) {
                    requireNote(replay, "run is at step " + step + " all the same");
                }
                assertThat(replay.notes()).anySatisfy(note -> assertThat(note).contains(JOURNAL.toString(), "change no result"));
            }
            try (DirectoryStore store = DirectoryStore.reading(PATH, memory)) {
                assertThat(store.newestHeader(e -> { }).orElseThrow().digest()).isEqualTo(digests.get(step));
            }
        }
        assertThat(memory.files()).containsEntry(JOURNAL, before);
    }

    private static void requireNote(RunReplay replay, String note) {
        assertThat(replay.notes()).anySatisfy(n -> assertThat(n).contains(JOURNAL.toString(), "Operation not permitted", note));
    }

    private static byte[] damaged(String kind, ByteBuffer sound) {
        String text = StandardCharsets.ISO_8859_1.decode(sound.duplicate()).toString();
        int line = text.indexOf('\n', text.length() / 2) + 1;
        String damaged = switch (kind) {
            case "zeros" -> text.substring(0, line - 20) + "\0".repeat(512) + text.substring(Math.min(text.length(), line + 492));
            case "glued" -> text.substring(0, line - 1) + text.substring(line);
            case "blank" -> text.substring(0, line) + "\n" + text.substring(line);
            case "byte" -> text.substring(0, line) + "1,1,1,x,\u00e4\n" + text.substring(line);
            case "heading" -> "a,b,c\n1,2,3\n";
            case "nothing" -> "\n".repeat(30);
            case "attempt" -> text + "999999999999999999,1,1,x,1\n";
            default -> "dear diary";
        };
        return damaged.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What a run says before its first step covers its journal, and is not far off. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "7", "end"})
    void theJournalIsPartOfTheDiskDemand(String save) throws IOException {
        for (boolean watches : new boolean[] {false, true}) {
            Path path = root.resolve(save + watches);
            TrainOptions options = TrainOptions.until(400).save(save);
            if (watches) {
                options = options.statistics(java.util.Optional.of(cairn.optim.schedule.TrainingTime.steps(10)));
            }
            try (Run run = Run.create(path, RECIPE, Workspace.of(DataFolders.of(), new Clocks(System::currentTimeMillis, System::nanoTime)))) {
                long said = run.demand(options).journalBytes();
                run.train(options);
                long rows = Files.size(path.resolve(RunFiles.JOURNAL)) - environmentBytes(path);
                assertThat(rows).isLessThanOrEqualTo(said);
                assertThat(said).isLessThan(4 * rows);
            }
        }
    }

    private static long environmentBytes(Path path) throws IOException {
        return Files.readAllLines(path.resolve(RunFiles.JOURNAL)).stream().filter(l -> l.contains("," + Row.ENVIRONMENT + ","))
                .mapToLong(l -> l.length() + 1).sum();
    }
}
