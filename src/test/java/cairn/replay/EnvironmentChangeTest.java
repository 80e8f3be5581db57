package cairn.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.NotDeterministicException;
import cairn.checkpoint.RunFolder;
import cairn.checkpoint.Verification;
import cairn.data.source.DataFolders;
import cairn.disk.RealDisk;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.run.Branch;
import cairn.run.Clocks;
import cairn.run.History;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import cairn.run.RunCheck;
import cairn.run.RunFiles;
import cairn.run.StopRule;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import cairn.state.State;
import cairn.state.Value;
import cairn.tensor.device.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A step belongs to the arithmetic that made it. "Another machine" is another number of threads, and a weight that is changed a little
 * where its session begins, so that its steps differ from those made here.
 */
class EnvironmentChangeTest {
    private static final int HERE = 2;
    private static final int ELSEWHERE = 3;
    private static final Workspace WORKSPACE = Workspace.of(DataFolders.of(), new Clocks(() -> 1, () -> 1));
    private static final ResumeOptions SOUND = ResumeOptions.standard().onDamaged(d -> {
        throw new AssertionError(d);
    });
    private static final Recipe RECIPE = Recipe.parse("""
            name: small
            data: {set: blobs, rows: 60, classes: 3, batch-size: 10, validation: 10, test: 10}
            model: [dense: {units: 8}, relu, dense: {units: 3}]
            optimizer: {rule: adam, learning-rate: 0.05}
            evaluate: {every: 4}
            """, "small");

    @TempDir
    Path root;

    private interface Work {
        void run() throws IOException;
    }

    private static void on(int threads, Work work) {
        Threads.with(threads, () -> {
            try {
                work.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Trains to step {@code until} with this number of threads; {@link #ELSEWHERE} other numbers come out. */
    private void session(Path path, long until, int threads, String save) {
        session(path, until, threads, save, "model/");
    }

    /** As above; elsewhere, an entry of the state below {@code changed} is changed. */
    private void session(Path path, long until, int threads, String save, String changed) {
        on(threads, () -> {
            try (Run run = Files.exists(path) ? Run.resume(path, WORKSPACE, ResumeOptions.standard()) : Run.create(path, RECIPE, WORKSPACE)) {
                if (threads == ELSEWHERE) {
                    run.trainer().restore(changed(run.trainer().snapshot(), changed));
                }
                run.train(TrainOptions.until(until).save(save));
            }
        });
    }

    private static State changed(State state, String part) {
        Map<String, Value> entries = new LinkedHashMap<>(state.entries());
        Map.Entry<String, Value> weights = entries.entrySet().stream()
                .filter(e -> e.getKey().startsWith(part) && e.getValue() instanceof Value.Tensor).findFirst().orElseThrow();
        Value.Tensor tensor = (Value.Tensor) weights.getValue();
        ByteBuffer bytes = ByteBuffer.allocate(tensor.bytes().remaining()).order(ByteOrder.LITTLE_ENDIAN).put(tensor.bytes()).flip();
        bytes.putFloat(0, bytes.getFloat(0) + 0.001f);
        entries.put(weights.getKey(), new Value.Tensor(tensor.type(), tensor.shape(), bytes));
        return State.of(entries);
    }

    private void delete(Path path, long... steps) throws IOException {
        for (long step : steps) {
            Files.delete(file(path, step));
        }
    }

    private static Path file(Path path, long step) {
        return path.resolve(String.format("step-%012d.safetensors", step));
    }

    private static String digest(Path path, long step) throws IOException {
        try (DirectoryStore store = DirectoryStore.reading(path, new RealDisk())) {
            return store.header(step).digest();
        }
    }

    /** What a replay of {@code path} says. */
    private static final class Notes implements ReplayListener {
        private final List<RecordedDifference> differences = new ArrayList<>();

        @Override
        public void onDifferent(RecordedDifference difference) {
            differences.add(difference);
        }
    }

    @Test
    void aStepOfAnotherEnvironmentIsNeverStoredOverItsRecord() throws IOException {
        Path path = root.resolve("run");
        session(path, 6, HERE, "6");
        session(path, 12, ELSEWHERE, "1");
        String recorded = digest(path, 11);
        delete(path, 7, 8, 9, 10, 11);
        byte[] journal = Files.readAllBytes(path.resolve("journal.csv"));
        on(HERE, () -> {
            try (RunReplay replay = RunReplay.writing(path, WORKSPACE)) {
                State before = replay.trainer().snapshot();
                Notes notes = new Notes();
                assertThatThrownBy(() -> replay.goTo(11, notes)).isInstanceOf(DifferentStepException.class)
                        .hasMessageContainingAll("step 11", "from step 6", recorded, "threads 3 -> 2", "OMP_NUM_THREADS=3");
                assertThat(notes.differences).singleElement().satisfies(d -> assertThat(d.step()).isEqualTo(7));
                assertThat(replay.trainer().snapshot()).isEqualTo(before);
                assertThatThrownBy(() -> replay.rollbackTo(10, ReplayListener.NONE)).isInstanceOf(DifferentStepException.class);
                assertThat(replay.grade(6, 12).isExact()).isFalse();
                assertThat(replay.grade(0, 6).isExact()).isTrue();
                assertThat(replay.grade(2, 7).reasons()).extracting(Object::toString).contains("blas-threads 3 -> 2");
            }
        });
        assertThat(path.resolve("journal.csv")).hasBinaryContent(journal);
        assertThat(file(path, 11)).doesNotExist();
        assertThat(file(path, 10)).doesNotExist();
    }

    /** Without a digest the losses show it. Looking is possible, storing is refused. */
    @Test
    void aStepWhoseLossesDifferMayBeLookedAtAndNotStored() {
        Path path = root.resolve("run");
        session(path, 6, HERE, "6");
        session(path, 12, ELSEWHERE, "12");
        on(HERE, () -> {
            try (RunReplay replay = RunReplay.writing(path, WORKSPACE)) {
                Notes notes = new Notes();
                assertThat(replay.goTo(10, notes)).isEqualTo(new ReplayPath("checkpoint", 6, 10));
                assertThat(notes.differences).singleElement().satisfies(d -> assertThat(d.series()).isEqualTo("train/loss"));
                assertThatThrownBy(replay::keep).isInstanceOf(DifferentStepException.class).hasMessageContainingAll("step 10", "threads 3 -> 2");
                replay.goTo(5, notes);
                replay.keep();
            }
        });
        assertThat(file(path, 10)).doesNotExist();
        assertThat(file(path, 5)).exists();
    }

    /** The steps after the move are made here, so they are exact, though the checkpoint before them was made elsewhere. */
    @Test
    void aRunThatMovedHereIsExactHere() throws IOException {
        Path path = root.resolve("run");
        session(path, 2, HERE, "2");
        session(path, 6, ELSEWHERE, "6");
        session(path, 12, HERE, "12");
        on(HERE, () -> {
            try (RunReplay replay = RunReplay.writing(path, WORKSPACE)) {
                assertThat(replay.grade(6, 12).isExact()).isTrue();
                assertThat(replay.grade(0, 2).isExact()).isTrue();
                assertThat(replay.grade(0, 6).isExact()).isFalse();
                Notes notes = new Notes();
                replay.goTo(10, notes);
                assertThat(notes.differences).isEmpty();
                replay.keep();
                Proof proof = replay.prove(0, 12, ReplayListener.NONE);
                assertThat(proof.divergences()).singleElement().satisfies(d -> {
                    assertThat(d.step()).isEqualTo(3);
                    assertThat(d.reason()).contains("another environment", "threads 3 -> 2");
                });
                assertThat(proof.to()).as("the proof goes on from the checkpoint of step 6").isEqualTo(12);
            }
        });
    }

    @Test
    void aProofNamesTheEnvironmentThatMadeTheSteps() {
        Path path = root.resolve("run");
        session(path, 6, HERE, "6");
        session(path, 12, ELSEWHERE, "3");
        on(HERE, () -> {
            try (RunReplay replay = RunReplay.reading(path, WORKSPACE)) {
                Proof proof = replay.prove(0, 12, ReplayListener.NONE);
                assertThat(proof.divergences()).singleElement().satisfies(d -> {
                    assertThat(d.step()).isEqualTo(7);
                    assertThat(d.reason()).contains("another environment", "threads 3 -> 2").doesNotContain("changed later");
                });
            }
        });
    }

    /** Of a run without environments in its journal the checkpoints say it: the next one, not the one before. */
    @Test
    void withoutAJournalTheNextCheckpointTellsTheEnvironment() throws IOException {
        Path path = root.resolve("run");
        session(path, 6, HERE, "3");
        session(path, 12, ELSEWHERE, "3");
        List<String> rows = Files.readAllLines(path.resolve("journal.csv"));
        Files.write(path.resolve("journal.csv"), rows.stream().filter(row -> !row.contains(",environment,")).toList());
        on(HERE, () -> {
            try (RunReplay replay = RunReplay.reading(path, WORKSPACE)) {
                assertThat(replay.grade(3, 6).isExact()).isTrue();
                assertThat(replay.grade(6, 7).reasons()).extracting(Object::toString).contains("blas-threads 3 -> 2");
            }
        });
        delete(path, 9, 12);
        on(HERE, () -> {
            try (RunReplay replay = RunReplay.reading(path, WORKSPACE)) {
                assertThat(replay.grade(6, 7).isUnproven()).isTrue();
            }
        });
    }

    /** Stopped in an evaluation, nothing is wrong: neither before the resume nor after it, nor if the journal lost the row of the resume. */
    @Test
    void aCancelledEvaluationIsNoDifference() throws IOException {
        Path path = root.resolve("run");
        try (Run run = Run.create(path, RECIPE, WORKSPACE)) {
            run.train(TrainOptions.until(12).save("4")
                    .stop(StopRule.urgent(() -> run.trainer().position().step() >= 8 ? Optional.of("asked") : Optional.empty())));
            assertThat(run.trainer().isEvaluationDue()).isTrue();
        }
        proveIdentical(path, List.of(8L));
        session(path, 12, HERE, "4");
        proveIdentical(path, List.of());
        List<String> rows = Files.readAllLines(path.resolve("journal.csv"));
        // The row of the replaced checkpoint is the first digest of the second attempt.
        int lost = 0;
        while (!rows.get(lost).startsWith("2,8,") || !rows.get(lost).contains("checkpoint/digest")) {
            lost++;
        }
        Files.write(path.resolve("journal.csv"), rows.subList(0, lost));
        delete(path, 12);
        proveIdentical(path, List.of());
        try (DirectoryStore store = DirectoryStore.reading(path, new RealDisk())) {
            History history = History.of(new RealDisk(), path);
            assertThat(history.digest(8, store.header(8).facts())).as("the recorded digest is that of the replaced file").isEmpty();
            assertThat(history.digest(4, store.header(4).facts())).contains(digest(path, 4));
        }
    }

    private static void proveIdentical(Path path, List<Long> cancelled) throws IOException {
        try (RunReplay replay = RunReplay.reading(path, WORKSPACE)) {
            Proof proof = replay.prove(0, replay.newest(), ReplayListener.NONE);
            assertThat(proof.divergences()).isEmpty();
            assertThat(proof.cancelled()).isEqualTo(cancelled);
        }
    }

    /** A resume behind a lost checkpoint makes recorded steps again. They must come out as recorded, if the environment is the same. */
    @Test
    void aRecordedDigestBindsTheResume() throws IOException {
        Path path = root.resolve("run");
        session(path, 6, HERE, "6");
        session(path, 12, HERE, "3");
        String recorded = digest(path, 9);
        delete(path, 9, 12);
        try (Run run = Run.resume(path, WORKSPACE, SOUND)) {
            run.trainer().restore(changed(run.trainer().snapshot(), "model/"));
            assertThatThrownBy(() -> run.train(TrainOptions.until(12).save("3"))).isInstanceOf(NotDeterministicException.class)
                    .hasMessageContainingAll("step 9", "recorded", recorded);
        }
        assertThat(file(path, 9)).doesNotExist();
        session(path, 9, HERE, "3");
        assertThat(digest(path, 9)).isEqualTo(recorded);
        delete(path, 9);
        session(path, 12, ELSEWHERE, "3");
        assertThat(digest(path, 9)).as("another environment gives a new history").isNotEqualTo(recorded);
    }

    @Test
    void aBranchKnowsItsBeginningWithoutRunJson() throws IOException {
        Path parent = root.resolve("parent");
        Path path = root.resolve("branch");
        session(parent, 6, HERE, "6");
        Branch.from(parent, 6).with("optimizer.learning-rate=0.1").into(path, WORKSPACE).close();
        session(path, 12, HERE, "3");
        for (long first : new long[] {6, 9}) {
            Files.deleteIfExists(path.resolve("run.json"));
            try (RunReplay replay = RunReplay.reading(path, WORKSPACE)) {
                assertThat(replay.oldest()).isEqualTo(first);
                assertThatThrownBy(() -> replay.goTo(3, ReplayListener.NONE)).isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("step 3 cannot be reached");
                replay.goTo(first + 1, ReplayListener.NONE);
            }
            session(path, 12, HERE, "3");
            assertThat(Run.parent(path)).hasValueSatisfying(p -> {
                assertThat(p.run()).isEqualTo("parent");
                assertThat(p.step()).isEqualTo(6);
            });
            Files.deleteIfExists(file(path, 6));
        }
    }

    /** Scripts of sessions here and elsewhere, rollbacks and prunes: each step is graded by the session that made it last. */
    @Test
    void everyStepIsGradedByTheSessionThatMadeIt() {
        for (int script = 0; script < 12; script++) {
            Path path = root.resolve("run-" + script);
            Map<Long, Integer> made = new TreeMap<>();
            long step = 0;
            for (int i = 0; i < 5; i++) {
                Key key = Key.of(7).fold(script).fold(i);
                int threads = key.below(2, 1) == 0 ? HERE : ELSEWHERE;
                long until = step + 1 + key.below(5, 2);
                session(path, until, threads, key.below(2, 3) == 0 ? "1" : "3");
                for (long s = step + 1; s <= until; s++) {
                    made.put(s, threads);
                }
                step = until;
                if (key.below(3, 4) == 0) {
                    step = rollback(path, key.below((int) step + 1, 5));
                    made.keySet().removeIf(new TreeMap<>(made).tailMap(step, false).keySet()::contains);
                }
            }
            long last = step;
            on(HERE, () -> {
                try (RunReplay replay = RunReplay.reading(path, WORKSPACE)) {
                    for (long from = 0; from <= last; from++) {
                        for (long to = from; to <= last; to++) {
                            boolean isExact = new TreeMap<>(made).subMap(from, false, to, true).values().stream().allMatch(t -> t == HERE);
                            assertThat(replay.grade(from, to).isExact()).as("%s %d %d %s", path, from, to, made).isEqualTo(isExact);
                        }
                    }
                    proveOrExplain(replay, last);
                }
            });
        }
    }

    private static void proveOrExplain(RunReplay replay, long last) throws IOException {
        for (Proof.Divergence d : replay.prove(0, last, ReplayListener.NONE).divergences()) {
            assertThat(d.reason()).contains("another environment");
        }
    }

    /** Goes back to the nearest stored step. */
    private static long rollback(Path path, long to) {
        long[] stored = new long[1];
        on(HERE, () -> {
            try (DirectoryStore store = DirectoryStore.reading(path, new RealDisk())) {
                stored[0] = store.steps().headSet(to + 1).last();
            }
            RunReplay.rollback(path, stored[0], WORKSPACE.clocks(), note -> { });
        });
        return stored[0];
    }

    /** The steps that were recorded behind a lost checkpoint follow from another state than the one that the run goes on from. */
    @Test
    void stepsOfAnotherHistoryBindNothing() throws IOException {
        for (int[] threads : new int[][] {{HERE, ELSEWHERE, HERE}, {ELSEWHERE, HERE, ELSEWHERE}, {ELSEWHERE, HERE, HERE}}) {
            Path path = root.resolve("run" + threads[0] + threads[1] + threads[2]);
            session(path, 6, HERE, "3");
            session(path, 12, threads[0], "1");
            for (long step = 7; step <= 12; step++) {
                Files.write(file(path, step), new byte[100]);
            }
            session(path, 8, threads[1], "1");
            session(path, 15, threads[2], "1");
            on(HERE, () -> {
                try (RunReplay replay = RunReplay.reading(path, WORKSPACE)) {
                    proveOrExplain(replay, 15);
                    for (long step = 0; step <= 15; step++) {
                        assertThat(replay.goTo(step, ReplayListener.NONE).replayed()).as("step %d", step).isLessThan(3);
                    }
                }
            });
            requireSound(path);
        }
    }

    private static void requireSound(Path path) throws IOException {
        try (RunFolder folder = RunFolder.read(path, new RealDisk())) {
            RunCheck check = RunCheck.of(folder);
            assertThat(check.problems()).isEmpty();
            Verification.each(folder.store(), check, v -> assertThat(v.isSound()).as(v.toString()).isTrue());
        }
    }

    /** The loss of a step is that before its update, so an equal loss proves nothing about the step. */
    @Test
    void aStepThatNothingProvesIsNotStored() {
        Path path = root.resolve("run");
        session(path, 6, HERE, "6");
        session(path, 12, ELSEWHERE, "12", "optimizer/");
        on(HERE, () -> {
            try (RunReplay replay = RunReplay.writing(path, WORKSPACE)) {
                Notes notes = new Notes();
                replay.goTo(7, notes);
                assertThat(notes.differences).isEmpty();
                assertThatThrownBy(replay::keep).isInstanceOf(DifferentStepException.class).hasMessageContainingAll("step 7", "cannot be proven",
                        "threads 3 -> 2");
                assertThatThrownBy(replay::provenCheckpoint).isInstanceOf(DifferentStepException.class);
            }
        });
        assertThat(file(path, 7)).doesNotExist();
    }

    @Test
    void aBranchThatWasRolledBackIsSound() throws IOException {
        Path parent = root.resolve("parent");
        Path path = root.resolve("branch");
        session(parent, 6, HERE, "6");
        Branch.from(parent, 6).with("optimizer.learning-rate=0.1").into(path, WORKSPACE).close();
        session(path, 12, HERE, "3");
        assertThat(rollback(path, 6)).isEqualTo(6);
        requireSound(path);
        requireSound(root.resolve("branch.before-rollback-1"));
        session(root.resolve("branch.before-rollback-1"), 15, HERE, "3");
        requireSound(root.resolve("branch.before-rollback-1"));
    }

    /** The evaluation and the digest of a step may be made elsewhere, though its update was made here. */
    @Test
    void anEvaluationBelongsToTheSessionThatMadeIt() throws IOException {
        Path path = root.resolve("run");
        cancelAt(path, 8);
        session(path, 12, ELSEWHERE, "4");
        on(HERE, () -> {
            try (RunReplay replay = RunReplay.reading(path, WORKSPACE)) {
                assertThat(replay.grade(0, 7).isExact()).isTrue();
                assertThat(replay.grade(0, 8).isExact()).isFalse();
                proveOrExplain(replay, 12);
            }
        });
        delete(path, 8, 12);
        on(HERE, () -> {
            try (RunReplay replay = RunReplay.reading(path, WORKSPACE)) {
                assertThatThrownBy(() -> replay.goTo(8, ReplayListener.NONE)).isInstanceOf(DifferentStepException.class)
                        .hasMessageContaining("threads 3 -> 2");
            }
        });
        session(path, 12, HERE, "4");
        requireSound(path);
    }

    private static void cancelAt(Path path, long step) throws IOException {
        on(HERE, () -> {
            try (Run run = Files.exists(path) ? Run.resume(path, WORKSPACE, ResumeOptions.standard()) : Run.create(path, RECIPE, WORKSPACE)) {
                run.train(TrainOptions.until(12).save("4")
                        .stop(StopRule.urgent(() -> run.trainer().position().step() >= step ? Optional.of("asked") : Optional.empty())));
                assertThat(run.trainer().isEvaluationDue()).isTrue();
            }
        });
    }

    /** A run may be stopped in an evaluation at a step whose digest is recorded. */
    @Test
    void aCancelledEvaluationIsSavedWhateverIsRecorded() throws IOException {
        Path path = root.resolve("run");
        session(path, 12, HERE, "4");
        String end = digest(path, 12);
        delete(path, 8, 12);
        cancelAt(path, 8);
        requireSound(path);
        session(path, 12, HERE, "4");
        assertThat(digest(path, 12)).isEqualTo(end);
        requireSound(path);
    }

    /** A file that names an attempt which the journal does not know comes from elsewhere. */
    @Test
    void onlyAnAttemptOfThisJournalExcusesAnotherDigest() throws IOException {
        Path path = root.resolve("run");
        session(path, 6, HERE, "6");
        session(path, 12, HERE, "6");
        History history = History.of(new RealDisk(), path);
        assertThat(history.digest(6, Map.of("attempt", "2"))).isEmpty();
        assertThat(history.digest(6, Map.of("attempt", "3"))).contains(digest(path, 6));
        assertThat(history.digest(6, Map.of())).contains(digest(path, 6));
    }

    @Test
    void aDamagedRunJsonStopsNoResume() throws IOException {
        Path path = root.resolve("run");
        session(path, 6, HERE, "6");
        for (String text : List.of("{\"parent\":", "[]", "{\"parent\": {}}", "")) {
            Files.writeString(path.resolve("run.json"), text);
            session(path, 7, HERE, "6");
        }
    }

    @Test
    void aBranchWithoutACheckpointDoesNotBeginAtItsRecipe() throws IOException {
        Path parent = root.resolve("parent");
        Path path = root.resolve("branch");
        session(parent, 6, HERE, "6");
        Branch.from(parent, 6).into(path, WORKSPACE).close();
        delete(path, 6);
        assertThatThrownBy(() -> Run.resume(path, WORKSPACE, SOUND)).isInstanceOf(IOException.class)
                .hasMessageContainingAll("branch that begins at step 6 of parent", "no checkpoint");
    }

    @Test
    void aProofGoesOnBehindADamagedCheckpoint() throws IOException {
        Path path = root.resolve("run");
        session(path, 2, HERE, "2");
        session(path, 6, ELSEWHERE, "6");
        session(path, 12, HERE, "6");
        Files.write(file(path, 6), new byte[100]);
        on(HERE, () -> {
            try (RunReplay replay = RunReplay.reading(path, WORKSPACE)) {
                assertThat(replay.prove(0, 12, ReplayListener.NONE).divergences()).isNotEmpty();
                proveOrExplain(replay, 12);
                replay.bisect(Condition.parse("loss>1000|gradient-norm>1000000", replay.measures()), ReplayListener.NONE);
            }
        });
    }

    /** The session that goes on after the journal was moved away is its first attempt. */
    @Test
    void whatTheNewestSessionWentOnFromIsKnownWithoutTheOldJournal() throws IOException {
        Path path = root.resolve("run");
        session(path, 6, HERE, "6");
        assertThat(History.of(new RealDisk(), path).resumedFrom()).isEmpty();
        Files.delete(path.resolve("journal.csv"));
        session(path, 12, HERE, "6");
        assertThat(History.of(new RealDisk(), path).resumedFrom()).hasValue(6);
    }

    @Test
    void everyCheckpointSaysWhichRunMadeIt() throws IOException {
        Path path = root.resolve("run");
        session(path, 6, HERE, "3");
        session(path, 9, HERE, "3");
        try (RunFolder folder = RunFolder.read(path, new RealDisk())) {
            String identity = RunFiles.identity(folder).orElseThrow();
            assertThat(folder.store().list()).allSatisfy(c -> assertThat(c.facts()).containsEntry("run", identity));
            assertThat(folder.store().list()).extracting(c -> c.facts().get("attempt")).containsExactly("1", "1", "1", "2");
            assertThat(Verification.of(folder.store(), 9, Verification.Expected.NOTHING).isSound()).isTrue();
        }
    }
}
