package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.StepNames;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.disk.AtomicWrite;
import cairn.disk.Disk;
import cairn.disk.MemoryDisk;
import cairn.interop.WeightsExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** A piece of work on a run's folder, and what must hold however far it came. */
abstract class DiskWork {
    static final RetentionPolicy LAST_ONE = RetentionPolicy.parse("last:1", Ranking.min("none"));
    private static final String NOTES = "notes.txt";

    private final String name;

    private DiskWork(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }

    /** What was there. */
    void before(Path folder, Disk disk) throws IOException {
        try (RunFolder run = RunFolder.create(folder, disk)) {
            run.writeText("run.json", "old");
            run.store().commit(States.checkpoint(1));
        }
    }

    abstract void work(Path folder, Disk disk) throws IOException;

    /** What must hold afterwards; {@code isDone} if the work returned. */
    abstract void law(Path folder, Disk disk, boolean isDone) throws IOException;

    /** Nothing hinders the next one. */
    void andOn(Path folder, Disk disk) throws IOException {
        try (RunFolder run = RunFolder.resume(folder, disk)) {
            assertThat(disk.list(folder)).noneMatch(n -> n.startsWith("pending-step") || n.startsWith(AtomicWrite.REPLACED));
            run.store().commit(States.checkpoint(3));
            run.writeText("run.json", "newest");
            assertThat(run.store().verify(3)).isEqualTo(States.checkpoint(3));
            assertThat(run.readText("run.json")).contains("newest");
        }
    }

    static List<DiskWork> all() {
        return List.of(new Begin(), new Commit(), new CommitAndPrune(), new Insist(), new PruneInSpite(), new Replace(), new Supersede(), new Pin(),
                new Text(), new CleanUp(), new Resume(), new Read(), new Export(), new SetAside());
    }

    private static void put(Disk disk, Path file, String text) throws IOException {
        try (Disk.Output output = disk.create(file)) {
            output.write(java.nio.charset.StandardCharsets.UTF_8.encode(text));
            output.force();
        }
    }

    /** The newest, if every one on the way to it can be read. */
    private static Checkpoint newest(CheckpointStore store) throws IOException {
        List<IOException> damaged = new ArrayList<>();
        Optional<Checkpoint> newest = store.readNewest(damaged::add);
        if (!damaged.isEmpty()) {
            throw damaged.get(0);
        }
        return newest.orElseThrow();
    }

    /** Prunes to one. What could not be read is left alone, and then this work is not done. */
    private static void prune(DirectoryStore store) throws IOException {
        store.prune(LAST_ONE);
        if (store.steps().size() > 1) {
            throw new IOException("one could not be read, made up");
        }
    }

    /** Reads as another program does, without repairing anything: even then nothing half-written is seen. */
    private static void assertSound(Path folder, Disk disk) throws IOException {
        try (RunFolder reader = RunFolder.read(folder, disk)) {
            assertThat(reader.store().listing().unreadable()).isEmpty();
            assertThat(reader.readText("run.json")).isIn(Optional.of("old"), Optional.of("new"));
            for (long step : reader.store().steps()) {
                assertThat(reader.store().verify(step)).isEqualTo(States.checkpoint(step));
            }
        }
    }

    private static final class Begin extends DiskWork {
        Begin() {
            super("begin");
        }

        @Override
        void before(Path folder, Disk disk) throws IOException {
            disk.createFolders(folder.getParent());
        }

        @Override
        void work(Path folder, Disk disk) throws IOException {
            try (RunFolder run = RunFolder.create(folder, disk)) {
                run.writeText("run.json", "new");
                run.store().commit(States.checkpoint(1));
            }
        }

        @Override
        void law(Path folder, Disk disk, boolean isDone) throws IOException {
            assertThat(disk.exists(folder) || !isDone).isTrue();
            if (disk.exists(folder)) {
                try (RunFolder run = RunFolder.resume(folder, disk)) {
                    assertThat(run.readText("run.json")).isIn(Optional.of("new"), Optional.empty());
                    Optional<Checkpoint> newest = run.store().readNewest(d -> { throw new AssertionError(d); });
                    assertThat(newest).isIn(isDone ? Optional.of(States.checkpoint(1)) : Optional.empty(), Optional.of(States.checkpoint(1)));
                }
            }
        }
    }

    private static final class Commit extends DiskWork {
        Commit() {
            super("commit");
        }

        @Override
        void work(Path folder, Disk disk) throws IOException {
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                store.commit(States.checkpoint(2));
            }
        }

        @Override
        void law(Path folder, Disk disk, boolean isDone) throws IOException {
            assertSound(folder, disk);
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                assertThat(store.steps()).contains(1L);
                assertThat(newest(store).step()).isIn(isDone ? 2L : 1L, 2L);
            }
        }
    }

    private static final class CommitAndPrune extends DiskWork {
        CommitAndPrune() {
            super("commit and prune");
        }

        @Override
        void work(Path folder, Disk disk) throws IOException {
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                store.commit(States.checkpoint(2));
                prune(store);
            }
        }

        @Override
        void law(Path folder, Disk disk, boolean isDone) throws IOException {
            assertSound(folder, disk);
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                assertThat(newest(store).step()).isIn(1L, 2L);
                if (isDone) {
                    assertThat(store.steps()).containsExactly(2L);
                }
            }
        }
    }

    /** A commit that failed is asked for again, in the same store. */
    private static final class Insist extends DiskWork {
        Insist() {
            super("commit again after a failure, and prune");
        }

        @Override
        void work(Path folder, Disk disk) throws IOException {
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                try {
                    store.commit(States.checkpoint(2));
                } catch (IOException e) {
                    store.commit(States.checkpoint(2));
                }
                prune(store);
            }
        }

        @Override
        void law(Path folder, Disk disk, boolean isDone) throws IOException {
            assertSound(folder, disk);
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                assertThat(newest(store).step()).isIn(1L, 2L);
                if (isDone) {
                    assertThat(store.steps()).containsExactly(2L);
                }
            }
        }
    }

    /** The caller prunes although the commit has failed: what is in doubt is no reason to delete what is not. */
    private static final class PruneInSpite extends DiskWork {
        PruneInSpite() {
            super("prune in spite of a failed commit");
        }

        @Override
        void work(Path folder, Disk disk) throws IOException {
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                boolean isCommitted = true;
                try {
                    store.commit(States.checkpoint(2));
                } catch (IOException e) {
                    isCommitted = false;
                }
                store.prune(LAST_ONE);
                if (!isCommitted) {
                    throw new IOException("the commit failed, made up");
                }
            }
        }

        @Override
        void law(Path folder, Disk disk, boolean isDone) throws IOException {
            assertSound(folder, disk);
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                assertThat(newest(store).step()).isIn(1L, 2L);
            }
        }
    }

    private static final class Replace extends DiskWork {
        Replace() {
            super("replace a damaged one");
        }

        @Override
        void before(Path folder, Disk disk) throws IOException {
            super.before(folder, disk);
            put(disk, folder.resolve(StepNames.checkpoint(2)), "damaged");
        }

        @Override
        void work(Path folder, Disk disk) throws IOException {
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                assertThat(store.readNewest(d -> { }).orElseThrow(() -> new IOException("step 1 cannot be read either, made up")).step())
                        .isEqualTo(1);
                store.commit(States.checkpoint(2));
            }
        }

        @Override
        void law(Path folder, Disk disk, boolean isDone) throws IOException {
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                assertThat(store.verify(1)).isEqualTo(States.checkpoint(1));
                assertThat(store.readNewest(d -> assertThat(isDone).isFalse()).orElseThrow()).isIn(States.checkpoint(1), States.checkpoint(2));
                store.listing().unreadable().forEach(e -> assertThat(e.file()).endsWith(StepNames.checkpoint(2)));
                if (isDone) {
                    assertThat(store.verify(2)).isEqualTo(States.checkpoint(2));
                }
            }
        }
    }

    /** The state of step 2 has been completed: the one before is there, or the new one, whole. */
    private static final class Supersede extends DiskWork {
        private static final Checkpoint COMPLETED = new Checkpoint(2, States.everything(9), Map.of(), Map.of("score", 9.0));

        Supersede() {
            super("put another in the place of one");
        }

        @Override
        void before(Path folder, Disk disk) throws IOException {
            super.before(folder, disk);
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                store.commit(States.checkpoint(2));
            }
        }

        @Override
        void work(Path folder, Disk disk) throws IOException {
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                store.replace(COMPLETED);
            }
        }

        @Override
        void law(Path folder, Disk disk, boolean isDone) throws IOException {
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                assertThat(store.steps()).containsExactly(1L, 2L);
                assertThat(store.listing().unreadable()).isEmpty();
                assertThat(store.verify(1)).isEqualTo(States.checkpoint(1));
                assertThat(store.verify(2)).isIn(isDone ? List.of(COMPLETED) : List.of(States.checkpoint(2), COMPLETED));
            }
        }
    }

    private static final class Pin extends DiskWork {
        Pin() {
            super("pin and unpin");
        }

        @Override
        void before(Path folder, Disk disk) throws IOException {
            super.before(folder, disk);
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                store.commit(States.checkpoint(2));
                store.pin(2, true);
            }
        }

        @Override
        void work(Path folder, Disk disk) throws IOException {
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                store.pin(1, true);
                store.pin(1, true);
                store.pin(2, false);
            }
        }

        @Override
        void law(Path folder, Disk disk, boolean isDone) throws IOException {
            assertSound(folder, disk);
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                String pinned = store.list().stream().map(CheckpointInfo::pinned).toList().toString();
                assertThat(pinned).matches(isDone ? "\\[true, false]" : "\\[false, true]|\\[true, true]|\\[true, false]");
            }
        }
    }

    private static final class Text extends DiskWork {
        Text() {
            super("replace a text");
        }

        @Override
        void work(Path folder, Disk disk) throws IOException {
            try (RunFolder run = RunFolder.resume(folder, disk)) {
                run.writeText("run.json", "new");
            }
        }

        @Override
        void law(Path folder, Disk disk, boolean isDone) throws IOException {
            assertSound(folder, disk);
            try (RunFolder run = RunFolder.resume(folder, disk)) {
                assertThat(run.readText("run.json")).isIn(isDone ? Optional.of("new") : Optional.of("old"), Optional.of("new"));
            }
        }
    }

    private static final class CleanUp extends DiskWork {
        private static final Set<String> TEXTS = Set.of("run.json");

        CleanUp() {
            super("delete leftovers");
        }

        @Override
        void before(Path folder, Disk disk) throws IOException {
            super.before(folder, disk);
            for (String name : List.of("pending-" + StepNames.checkpoint(2), "pending-run.json", StepNames.pin(9), NOTES, "pending-letter.txt")) {
                put(disk, folder.resolve(name), "left over");
            }
        }

        @Override
        void work(Path folder, Disk disk) throws IOException {
            try (RunFolder run = RunFolder.resume(folder, disk)) {
                run.deleteLeftovers(TEXTS);
            }
        }

        @Override
        void law(Path folder, Disk disk, boolean isDone) throws IOException {
            assertSound(folder, disk);
            assertThat(disk.list(folder)).contains(NOTES, "pending-letter.txt", StepNames.checkpoint(1), "run.json");
            try (RunFolder reader = RunFolder.read(folder, disk)) {
                assertThat(reader.leftovers(TEXTS).isEmpty()).isIn(isDone, true);
            }
        }
    }

    private static final class Resume extends DiskWork {
        Resume() {
            super("resume");
        }

        @Override
        void before(Path folder, Disk disk) throws IOException {
            super.before(folder, disk);
            try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
                store.commit(States.checkpoint(2));
            }
            put(disk, folder.resolve("pending-" + StepNames.checkpoint(3)), "left over");
        }

        @Override
        void work(Path folder, Disk disk) throws IOException {
            try (RunFolder run = RunFolder.resume(folder, disk)) {
                assertThat(newest(run.store())).isEqualTo(States.checkpoint(2));
                assertThat(run.readText("run.json")).contains("old");
            }
        }

        @Override
        void law(Path folder, Disk disk, boolean isDone) throws IOException {
            assertSound(folder, disk);
            try (DirectoryStore reader = DirectoryStore.reading(folder, disk)) {
                assertThat(reader.steps()).containsExactly(1L, 2L);
            }
        }
    }

    private static final class Read extends DiskWork {
        Read() {
            super("read");
        }

        @Override
        void work(Path folder, Disk disk) throws IOException {
            try (RunFolder run = RunFolder.read(folder, disk)) {
                CheckpointStore.Listing listing = run.store().listing();
                assertThat(listing.checkpoints().size() + listing.unreadable().size()).isEqualTo(1);
                assertThat(listing.unreadable()).allSatisfy(e -> assertThat(e).hasMessageContaining("made up"));
                assertThat(newest(run.store())).isEqualTo(States.checkpoint(1));
                Verification.each(run.store(), Verification.Expected.NOTHING, r -> r.problem().ifPresent(p -> assertThat(p).hasMessageContaining("made up")));
            }
        }

        @Override
        void law(Path folder, Disk disk, boolean isDone) throws IOException {
            assertSound(folder, disk);
            try (DirectoryStore reader = DirectoryStore.reading(folder, disk)) {
                assertThat(reader.steps()).containsExactly(1L);
            }
        }
    }

    private static final class Export extends DiskWork {
        Export() {
            super("export weights");
        }

        private static Checkpoint model() {
            return Checkpoint.of(1, States.everything(1).rename(path -> "model/" + path));
        }

        @Override
        void work(Path folder, Disk disk) throws IOException {
            WeightsExport.write(model(), folder.resolve("weights.npz"), disk);
        }

        @Override
        void law(Path folder, Disk disk, boolean isDone) throws IOException {
            assertSound(folder, disk);
            if (disk.exists(folder.resolve("weights.npz"))) {
                MemoryDisk other = new MemoryDisk(true);
                other.createFolders(folder);
                WeightsExport.write(model(), folder.resolve("weights.npz"), other);
                try (Disk.Input input = disk.open(folder.resolve("weights.npz"))) {
                    java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate((int) input.size());
                    input.read(bytes, 0);
                    assertThat(bytes.flip()).isEqualTo(other.files().get(folder.resolve("weights.npz")));
                }
            } else {
                assertThat(isDone).isFalse();
            }
        }
    }

    /** Everything after step 2 moves into a run of its own; 3 is pinned, and 4 is damaged. */
    private static final class SetAside extends DiskWork {
        SetAside() {
            super("set aside");
        }

        private static Path other(Path folder, int number) {
            return folder.resolveSibling(folder.getFileName() + ".before-rollback-" + number);
        }

        @Override
        void before(Path folder, Disk disk) throws IOException {
            super.before(folder, disk);
            try (RunFolder run = RunFolder.resume(folder, disk)) {
                for (long step : List.of(2, 3, 5)) {
                    run.store().commit(States.checkpoint(step));
                }
                run.store().pin(3, true);
            }
            put(disk, folder.resolve(StepNames.checkpoint(4)), "damaged");
            put(disk, folder.resolve("journal.csv"), "rows");
        }

        @Override
        void work(Path folder, Disk disk) throws IOException {
            try (RunFolder run = RunFolder.resume(folder, disk)) {
                SplitOffRun aside = run.splitOff(2, "before-rollback", Map.of("run.json", "aside"), List.of("journal.csv", "not-there.txt")).orElseThrow();
                assertThat(aside).isEqualTo(new SplitOffRun(other(folder, 1), List.of(3L, 4L, 5L)));
            }
        }

        @Override
        void law(Path folder, Disk disk, boolean isDone) throws IOException {
            Path other = other(folder, 1);
            SortedSet<Long> all = new TreeSet<>();
            for (Path place : List.of(folder, other)) {
                if (disk.exists(place)) {
                    try (DirectoryStore store = DirectoryStore.reading(place, disk)) {
                        for (CheckpointInfo c : store.list()) {
                            assertThat(store.verify(c.step())).isEqualTo(States.checkpoint(c.step()));
                            assertThat(all.add(c.step()) || c.step() == 2).isTrue();
                        }
                    }
                }
            }
            assertThat(all).containsExactly(1L, 2L, 3L, 5L);
            if (!isDone) {
                // After an interruption it is called again; there may be nothing left to do.
                try (RunFolder run = RunFolder.resume(folder, disk)) {
                    run.splitOff(2, "before-rollback", Map.of("run.json", "aside"), List.of("journal.csv"));
                }
            }
            try (RunFolder run = RunFolder.read(folder, disk); RunFolder aside = RunFolder.read(other, disk)) {
                assertThat(run.store().steps()).containsExactly(1L, 2L);
                assertThat(aside.store().steps()).containsExactly(2L, 3L, 4L, 5L);
                assertThat(run.store().pins()).isEmpty();
                assertThat(aside.store().pins()).containsExactly(2L, 3L);
                assertThat(aside.readText("run.json")).contains("aside");
                assertThat(aside.readText("journal.csv")).contains("rows");
            }
            assertThat(disk.exists(other(folder, 2))).isFalse();
        }
    }
}
