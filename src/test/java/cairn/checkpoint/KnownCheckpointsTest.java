package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointException;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.ForeignCheckpointException;
import cairn.checkpoint.format.StepNames;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.disk.Disk;
import cairn.disk.FaultyDisk;
import cairn.disk.FaultyDisk.Fault;
import cairn.disk.MemoryDisk;
import cairn.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a writer remembers of its folder, instead of reading it again and again. */
class KnownCheckpointsTest {
    private static final Path FOLDER = Path.of("/disk/run");
    private static final Ranking SMALLEST = Ranking.min("score");
    private static final String OWN = "11111111-1111-4111-8111-111111111111";
    private static final String OTHER = "22222222-2222-4222-8222-222222222222";

    @TempDir
    Path root;

    private static Checkpoint scored(long step, double score) {
        return new Checkpoint(step, States.everything(step), Map.of(), Map.of("score", score));
    }

    private static RetentionPolicy policy(String rules) {
        return RetentionPolicy.parse(rules, SMALLEST);
    }

    // --- a save costs the same however many there are

    /** The operations of the disk are counted, because a time would depend on the machine. */
    @ParameterizedTest
    @ValueSource(strings = {"all", "every:1", "every:1,last:3,best:2", "last:COUNT", "last:COUNT,best:1,log", "all,last:2,pinned"})
    void aSaveAndItsPruningAskTheDiskTheSameHoweverManyCheckpointsThereAre(String rules) throws IOException {
        List<String> few = operationsOfASave(rules, 4);
        assertThat(few).hasSizeLessThan(30);
        for (int count : new int[] {10, 300}) {
            assertThat(operationsOfASave(rules, count)).as("with %d checkpoints", count).isEqualTo(few);
        }
    }

    private static List<String> operationsOfASave(String rules, int count) throws IOException {
        MemoryDisk memory = new MemoryDisk(true);
        FaultyDisk disk = new FaultyDisk(memory);
        RetentionPolicy keep = policy(rules.replace("COUNT", Integer.toString(count)));
        try (DirectoryStore store = DirectoryStore.writing(FOLDER, disk)) {
            for (long step = 0; step < count; step++) {
                // The best is the first, so that the next is neither that nor the only one of its kind.
                store.commit(scored(step, step));
                memory.settle();
            }
            store.prune(keep);
            save(store, keep, count);
            int before = disk.operations().size();
            save(store, keep, count + 1);
            return disk.operations().subList(before, disk.operations().size()).stream()
                    .map(o -> o.replaceAll("\\d{12}", "N")).toList();
        }
    }

    private static void save(DirectoryStore store, RetentionPolicy keep, long step) throws IOException {
        store.commit(scored(step, step));
        store.prune(keep);
    }

    // --- what is remembered is what is there

    /** In random scripts with failing disks: the writer's list is that of a reader, and it prunes what another writer would prune. */
    @Test
    void whatAWriterRemembersIsWhatTheFolderHolds() throws IOException {
        List<String> policies = List.of("all", "last:2", "every:3,best:1", "last:3,best:2,log", "all,1MB", "last:2,30KB");
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            MemoryDisk memory = new MemoryDisk(random.nextBoolean());
            FaultyDisk disk = new FaultyDisk(memory);
            List<String> script = new ArrayList<>();
            String rules = policies.get(random.nextInt(policies.size()));
            try (DirectoryStore store = DirectoryStore.writing(FOLDER, disk)) {
                for (int i = 0; i < 40; i++) {
                    if (random.nextInt(6) == 0) {
                        disk.failAt(1 + random.nextInt(12), Fault.IO_ERROR);
                    }
                    if (random.nextInt(8) == 0) {
                        rules = policies.get(random.nextInt(policies.size()));
                    }
                    boolean isDone = act(store, random, policy(rules), script);
                    disk.failAt(Integer.MAX_VALUE / 2, Fault.IO_ERROR);
                    memory.settle();
                    compare(store, memory, "seed " + seed + ": " + script + (isDone ? "" : ", which failed"));
                }
            }
        }
    }

    private static boolean act(DirectoryStore store, Random random, RetentionPolicy keep, List<String> script) {
        long step = random.nextInt(12);
        int what = random.nextInt(10);
        script.add(List.of("save", "save", "save", "save", "save", "prune", "delete", "pin", "unpin", "replace").get(what) + " " + step);
        try {
            if (what < 5) {
                store.commit(scored(step, step * 7 % 5));
                store.prune(keep);
            } else if (what == 5) {
                store.prune(keep);
            } else if (what == 6) {
                store.delete(step);
            } else if (what == 9) {
                store.replace(scored(step, step * 7 % 5));
            } else {
                store.pin(step, what == 7);
            }
            return true;
        } catch (IOException | IllegalStateException e) {
            return false;
        }
    }

    private static void compare(DirectoryStore store, MemoryDisk disk, String what) throws IOException {
        try (DirectoryStore reader = DirectoryStore.reading(FOLDER, disk)) {
            assertThat(store.listing().checkpoints()).as(what).isEqualTo(reader.listing().checkpoints());
            assertThat(store.listing().unreadable()).as(what).hasSameSizeAs(reader.listing().unreadable());
            assertThat(store.steps()).as(what).isEqualTo(reader.steps());
        }
    }

    /** Saves and prunings in random order of steps: nothing else is dropped than if all were looked at each time. */
    @Test
    void aWriterDropsWhatAWriterThatHasJustComeWouldDrop() throws IOException {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            RetentionPolicy keep = policy(List.of("last:2", "every:4,best:2", "last:3,log", "best:1", "last:5,20KB").get(seed % 5));
            MemoryDisk one = new MemoryDisk(true);
            MemoryDisk two = new MemoryDisk(true);
            try (DirectoryStore staying = DirectoryStore.writing(FOLDER, one)) {
                for (int i = 0; i < 25; i++) {
                    long step = random.nextInt(3) == 0 ? random.nextInt(40) : i + 10;
                    double score = random.nextInt(6);
                    List<CheckpointInfo> dropped = List.of();
                    try (DirectoryStore coming = DirectoryStore.writing(FOLDER, two)) {
                        if (!coming.steps().contains(step)) {
                            coming.commit(scored(step, score));
                            staying.commit(scored(step, score));
                        }
                        dropped = coming.prune(keep);
                    }
                    assertThat(staying.prune(keep)).as("seed %d, save %d", seed, i).isEqualTo(dropped);
                    assertThat(staying.steps()).isEqualTo(StepNames.checkpoints(two.list(FOLDER)));
                }
            }
        }
    }

    // --- what others do to the folder in spite of the lock

    @Test
    void aCheckpointThatSomebodyDeletedIsNoReasonToDeleteAnother() throws IOException {
        try (DirectoryStore store = DirectoryStore.writing(root, new RealDisk())) {
            RetentionPolicy keep = policy("last:2,best:1");
            for (long step = 1; step <= 3; step++) {
                store.commit(scored(step, step));
                store.prune(keep);
            }
            assertThat(store.steps()).containsExactly(1L, 2L, 3L);
            Files.delete(root.resolve(StepNames.checkpoint(1)));
            store.commit(scored(4, 4));
            assertThat(store.prune(keep)).as("2 is the best now").isEmpty();
            assertThat(store.steps()).containsExactly(2L, 3L, 4L);
            store.commit(scored(5, 5));
            assertThat(store.prune(keep)).extracting(CheckpointInfo::step).containsExactly(3L);
        }
    }

    @Test
    void aCheckpointThatSomebodyPinnedByHandStays() throws IOException {
        try (DirectoryStore store = DirectoryStore.writing(root, new RealDisk())) {
            RetentionPolicy keep = policy("last:1");
            store.commit(scored(1, 9));
            store.commit(scored(2, 8));
            store.prune(policy("last:2"));
            store.prune(keep);
            store.commit(scored(3, 7));
            Files.createFile(root.resolve(StepNames.pin(2)));
            assertThat(store.prune(keep)).isEmpty();
            store.commit(scored(4, 6));
            assertThat(store.prune(keep)).extracting(CheckpointInfo::step).containsExactly(3L);
            assertThat(store.steps()).containsExactly(2L, 4L);
        }
    }

    // --- checkpoints of another run

    private static Checkpoint madeBy(String run, long step) {
        return new Checkpoint(step, States.everything(step), run.isEmpty() ? Map.of() : Map.of(CheckpointInfo.RUN, run), Map.of("score", 1.0));
    }

    private void withForeign(Disk disk) throws IOException {
        try (DirectoryStore store = DirectoryStore.writing(root, disk)) {
            store.commit(madeBy("", 1));
            store.commit(madeBy(OWN, 2));
            store.commit(madeBy(OTHER, 3));
            store.commit(madeBy(OWN, 4));
            store.commit(madeBy(OTHER, 5));
        }
    }

    @Test
    void aCheckpointOfAnotherRunIsListedAsOneThatDoesNotBelongHere() throws IOException {
        withForeign(new RealDisk());
        try (DirectoryStore reader = DirectoryStore.reading(root, new RealDisk()); DirectoryStore writer = DirectoryStore.writing(root, new RealDisk())) {
            for (DirectoryStore store : List.of(reader, writer)) {
                assertThat(store.list()).as("nobody has said to which run the folder belongs").hasSize(5);
                store.expectRun(Optional.of(OWN));
                assertThat(store.list()).extracting(CheckpointInfo::step).containsExactly(1L, 2L, 4L);
                assertThat(store.listing().unreadable()).hasSize(2).allSatisfy(e -> assertThat(e).isInstanceOf(ForeignCheckpointException.class)
                        .hasMessageContainingAll(root.toString(), "another run", OTHER, OWN, "left as it is", "Move it"));
                assertThat(store.listing().unreadable()).extracting(CheckpointException::file)
                        .containsExactly(store.place(3), store.place(5));
                assertThat(store.steps()).contains(3L, 5L);
                assertThat(store.header(3).facts()).containsEntry(CheckpointInfo.RUN, OTHER);
                assertThat(store.isSound(5)).isFalse();
                assertThatThrownBy(() -> store.read(3)).isInstanceOf(ForeignCheckpointException.class);
                assertThatThrownBy(() -> store.verify(3)).isInstanceOf(ForeignCheckpointException.class);
                assertThatThrownBy(() -> store.readNewest(d -> { })).isInstanceOf(ForeignCheckpointException.class)
                        .hasMessageContaining(store.place(5));
                store.expectRun(Optional.empty());
                assertThat(store.list()).hasSize(5);
            }
        }
    }

    @Test
    void aCheckpointOfAnotherRunIsNeverDeletedNorIsOneDeletedBecauseOfIt() throws IOException {
        withForeign(new RealDisk());
        byte[] third = Files.readAllBytes(root.resolve(StepNames.checkpoint(3)));
        try (DirectoryStore store = DirectoryStore.writing(root, new RealDisk())) {
            store.expectRun(Optional.of(OWN));
            assertThat(store.prune(policy("last:1"))).extracting(CheckpointInfo::step).containsExactly(2L);
            assertThat(store.steps()).as("4 is the newest, 1 the best").containsExactly(1L, 3L, 4L, 5L);
            assertThatThrownBy(() -> store.delete(3)).isInstanceOf(ForeignCheckpointException.class);
            store.commit(madeBy(OWN, 6));
            assertThat(store.prune(policy("last:1"))).extracting(CheckpointInfo::step).containsExactly(4L);
            // The run reaches that step itself: the other one makes room, and is not lost.
            store.commit(madeBy(OWN, 3));
            assertThat(store.read(3)).isEqualTo(madeBy(OWN, 3));
            assertThat(root.resolve("moved-away-1-" + StepNames.checkpoint(3))).hasBinaryContent(third);
        }
    }
}
