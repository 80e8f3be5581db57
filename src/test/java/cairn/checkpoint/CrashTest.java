package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The law of the atomic commit: whatever operation of the disk fails, the last good checkpoint or the new one, never neither. */
class CrashTest {
    private static final int MOST_OPERATIONS = 500;
    private static final RetentionPolicy LAST_ONE = RetentionPolicy.parse("last:1", Ranking.min("none"));

    @TempDir
    Path root;

    @Test
    void aCommitIsPendingForceRenameForceInThisOrder() throws IOException {
        FaultyDisk disk = new FaultyDisk(new RealDisk());
        try (DirectoryStore store = DirectoryStore.writing(root.resolve("run"), disk)) {
            int before = disk.operations().size();
            store.commit(Checkpoint.of(1, cairn.state.State.of(java.util.Map.of())));
            String pending = "pending-" + StepNames.checkpoint(1);
            assertThat(disk.operations().subList(before, disk.operations().size())).containsExactly(
                    "exists " + StepNames.checkpoint(1), "usable-bytes run", "delete " + pending, "create " + pending,
                    "write " + pending, "force " + pending, "rename " + pending, "force-folder run");
            assertThat(store.forcesFolder()).isEqualTo(java.io.File.separatorChar == '/');
        }
    }

    /** Field bugs 33 and 34: a failure at any operation is seen by the caller and loses nothing that was committed. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCommitThatFailsAtAnyOperationLeavesTheLastGoodOneOrTheNewOne(boolean isCrash) throws IOException {
        for (int k = 1; k < MOST_OPERATIONS; k++) {
            Path folder = root.resolve("commit-" + isCrash + "-" + k);
            boolean isDone = attempt(folder, isCrash, k, store -> store.commit(States.checkpoint(2)));
            try (DirectoryStore reopened = DirectoryStore.writing(folder, new RealDisk())) {
                Checkpoint newest = newest(reopened);
                assertThat(newest).isIn(States.checkpoint(1), States.checkpoint(2));
                assertThat(reopened.read(1)).isEqualTo(States.checkpoint(1));
                assertThat(reopened.listing().unreadable()).isEmpty();
                if (isDone) {
                    assertThat(newest).isEqualTo(States.checkpoint(2));
                    assertThat(k).isGreaterThan(8);
                    return;
                }
                reopened.commit(States.checkpoint(2));
                assertThat(newest(reopened)).isEqualTo(States.checkpoint(2));
                assertThat(new RealDisk().list(folder)).noneMatch(n -> n.startsWith("pending-"));
            }
        }
        fail("no commit succeeded");
    }

    @Test
    void aCommitThatFailedOnceSucceedsWhenItIsTriedAgainInTheSameStore() throws IOException {
        for (int k = 1; k < MOST_OPERATIONS; k++) {
            FaultyDisk disk = new FaultyDisk(new RealDisk());
            try (DirectoryStore store = DirectoryStore.writing(root.resolve("again-" + k), disk)) {
                disk.failAt(k, false);
                try {
                    store.commit(States.checkpoint(2));
                    return;
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("made up");
                }
                store.commit(States.checkpoint(2));
                assertThat(store.listing().checkpoints()).extracting(CheckpointInfo::step).containsExactly(2L);
                assertThat(store.verify(2)).isEqualTo(States.checkpoint(2));
            }
        }
        fail("no commit succeeded");
    }

    /** Field bug 28: the old one goes only after the new one is safe. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void atEveryOperationOfACommitWithPruningOneSoundCheckpointStands(boolean isCrash) throws IOException {
        for (int k = 1; k < MOST_OPERATIONS; k++) {
            Path folder = root.resolve("prune-" + isCrash + "-" + k);
            boolean isDone = attempt(folder, isCrash, k, store -> {
                store.commit(States.checkpoint(2));
                store.prune(LAST_ONE);
            });
            try (DirectoryStore reopened = DirectoryStore.writing(folder, new RealDisk())) {
                assertThat(newest(reopened)).isIn(States.checkpoint(1), States.checkpoint(2));
                assertThat(reopened.listing().unreadable()).isEmpty();
                if (isDone) {
                    assertThat(reopened.steps()).containsExactly(2L);
                    return;
                }
            }
        }
        fail("no commit succeeded");
    }

    /** Opening, a replacement of a damaged checkpoint, pinning and writing a text, each failed everywhere, lose nothing either. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void openingPinningAndWritingTextsFailWithoutLoss(boolean isCrash) throws IOException {
        for (int k = 1; k < MOST_OPERATIONS; k++) {
            Path path = root.resolve("open-" + isCrash + "-" + k);
            try (RunFolder run = RunFolder.create(path, new RealDisk())) {
                run.writeText("run.json", "old");
                run.store().commit(States.checkpoint(1));
            }
            java.nio.file.Files.writeString(path.resolve(StepNames.checkpoint(2)), "damaged");
            java.nio.file.Files.writeString(path.resolve("pending-run.json"), "left over");
            FaultyDisk disk = new FaultyDisk(new RealDisk());
            disk.failAt(k, isCrash);
            boolean isDone = false;
            try (RunFolder run = RunFolder.resume(path, disk)) {
                run.store().commit(States.checkpoint(2));
                run.store().pin(1, true);
                run.writeText("run.json", "new");
                isDone = true;
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("made up");
            }
            try (RunFolder run = RunFolder.resume(path, new RealDisk())) {
                assertThat(run.store().readNewest(d -> { }).orElseThrow()).isIn(States.checkpoint(1), States.checkpoint(2));
                assertThat(run.store().read(1)).isEqualTo(States.checkpoint(1));
                assertThat(run.readText("run.json")).isIn(Optional.of("old"), Optional.of("new"));
                if (isDone) {
                    assertThat(run.store().list()).extracting(CheckpointInfo::pinned).containsExactly(true, false);
                    assertThat(run.readText("run.json")).contains("new");
                    return;
                }
            }
        }
        fail("never opened");
    }

    private interface Work {
        void on(DirectoryStore store) throws IOException;
    }

    /** Does the work in a folder that holds step 1, with a failure at operation {@code k}; returns whether there was none. */
    private static boolean attempt(Path folder, boolean isCrash, int k, Work work) throws IOException {
        FaultyDisk disk = new FaultyDisk(new RealDisk());
        try (DirectoryStore store = DirectoryStore.writing(folder, disk)) {
            store.commit(States.checkpoint(1));
            disk.failAt(k, isCrash);
            work.on(store);
            return true;
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("made up");
            return false;
        }
    }

    private static Checkpoint newest(DirectoryStore store) throws IOException {
        return store.readNewest(d -> { throw new AssertionError(d); }).orElseThrow();
    }
}
