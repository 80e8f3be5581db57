package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import cairn.campaign.Campaign;
import cairn.checkpoint.format.Checkpoint;
import cairn.checkpoint.format.StepNames;
import cairn.disk.Disk;
import cairn.disk.FaultyDisk.Fault;
import cairn.disk.FaultyDisk;
import cairn.disk.MemoryDisk;
import cairn.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The law of the atomic commit: whatever operation of the disk fails, and whatever a failure of the machine makes of all that was not
 * forced, the last good checkpoint is there or the new one; never neither, never a mixture, and no one has to repair anything.
 *
 * <p>Every piece of work of {@link DiskWork} is done over and over: operation 1 fails, then operation 2, and so on until none does. In
 * each way to fail; on a disk where a rename replaces, and on one where it cannot. After that the folder is opened again as the dead
 * process left it, and as the machine's failure may have left it.
 */
class CrashTest {
    private static final int MOST_OPERATIONS = 500;
    private static final Path FOLDER = Path.of("/disk/runs/one");

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
                    "exists " + StepNames.checkpoint(1), "exists " + StepNames.pin(1), "usable-bytes run", "held lock", "delete " + pending, "held lock",
                    "create " + pending, "write " + pending, "force " + pending, "held lock", "rename " + pending, "held lock",
                    "force-folder run");
            assertThat(store.forcesFolder()).isEqualTo(java.io.File.separatorChar == '/');
        }
    }

    static Stream<DiskWork> works() {
        return DiskWork.all().stream();
    }

    /** Field bugs 28, 33, 34, 35: a failure at any operation is seen by the caller, and loses nothing that was committed. */
    @ParameterizedTest
    @MethodSource("works")
    void aFailureAtAnyOperationLosesNothing(DiskWork work) throws IOException {
        Campaign.DISK.begin(work.name());
        int faults = 0;
        int disks = 0;
        int crashes = 0;
        for (boolean renameReplaces : new boolean[] {true, false}) {
            for (Fault fault : Fault.values()) {
                boolean hasFailed = true;
                for (int k = 1; hasFailed; k++) {
                    assertThat(k).isLessThan(MOST_OPERATIONS);
                    MemoryDisk disk = new MemoryDisk(renameReplaces);
                    work.before(FOLDER, disk);
                    disk.settle();
                    FaultyDisk faulty = new FaultyDisk(disk);
                    faulty.failAt(k, fault);
                    boolean isDone = isDone(work, FOLDER, faulty);
                    hasFailed = faulty.hasFailed();
                    assertThat(isDone || hasFailed).isTrue();
                    assertNoForceIsAskedForTwice(faulty.operations());
                    Collection<MemoryDisk> left = new ArrayList<>(disk.survivors());
                    for (MemoryDisk one : left) {
                        check(work, FOLDER, one, isDone, fault + " at " + k + " of " + faulty.operations() + ", left " + one.files().keySet());
                    }
                    faults += hasFailed ? 1 : 0;
                    crashes += hasFailed && fault == Fault.CRASH ? 1 : 0;
                    disks += left.size();
                }
            }
        }
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put("disk operations that failed", faults);
        counts.put("of them with the end of the process", crashes);
        counts.put("possible disks after a crash, opened and checked", disks);
        Campaign.DISK.passed(work.name(), counts);
    }

    static Stream<DiskWork> replacements() {
        return works().filter(w -> Set.of("commit and prune", "replace a damaged one", "replace a text").contains(w.name()));
    }

    /** The same on the file system of this machine, which cannot lose power for a test. */
    @ParameterizedTest
    @MethodSource("replacements")
    void aCrashAtAnyOperationOnARealDiskLosesNothing(DiskWork work) throws IOException {
        String part = "real disk " + work.name();
        Campaign.DISK.begin(part);
        boolean hasFailed = true;
        int crashes = 0;
        for (int k = 1; hasFailed; k++) {
            assertThat(k).isLessThan(MOST_OPERATIONS);
            Path folder = root.resolve("run-" + k).resolve("one");
            work.before(folder, new RealDisk());
            FaultyDisk faulty = new FaultyDisk(new RealDisk());
            faulty.failAt(k, Fault.CRASH);
            boolean isDone = isDone(work, folder, faulty);
            hasFailed = faulty.hasFailed();
            check(work, folder, new RealDisk(), isDone, "crash at " + k + " of " + faulty.operations());
            crashes += hasFailed ? 1 : 0;
        }
        Campaign.DISK.passed(part, Map.of("crashes on the file system of the machine", crashes));
    }

    private static boolean isDone(DiskWork work, Path folder, Disk disk) {
        try {
            work.work(folder, disk);
            return true;
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("made up");
            return false;
        }
    }

    private static void check(DiskWork work, Path folder, Disk disk, boolean isDone, String what) {
        try {
            work.law(folder, disk, isDone);
            if (disk.exists(folder)) {
                work.andOn(folder, disk);
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            fail(work.name() + (isDone ? ", done" : "") + ": " + what, e);
        }
    }

    /** After a force that failed the file is thrown away; for a folder, names must change before it is forced again. */
    private static void assertNoForceIsAskedForTwice(List<String> operations) {
        for (int i = 0; i < operations.size(); i++) {
            if (operations.get(i).matches("force [^:]*: failed")) {
                String file = operations.get(i).substring("force ".length(), operations.get(i).indexOf(':'));
                List<String> later = operations.subList(i + 1, operations.size()).stream()
                        .filter(o -> Set.of(o.split("[ :]")).contains(file)).filter(o -> !o.startsWith("exists")).toList();
                boolean isDead = operations.subList(i + 1, operations.size()).contains("held lock: failed");
                assertThat(isDead ? "delete nothing" : later.stream().findFirst().orElse("")).as("after the failed force in %s", operations)
                        .startsWith("delete ");
                assertThat(isDead && !later.isEmpty()).as("the dead touches no more in %s", operations).isFalse();
            } else if (operations.get(i).matches("force-folder [^:]*: failed")) {
                List<String> later = operations.subList(i + 1, operations.size()).stream()
                        .filter(o -> o.matches("(force-folder|rename|delete|create) .*")).toList();
                assertThat(later.stream().findFirst().orElse("")).as("after the failed force in %s", operations).doesNotStartWith("force-folder");
            }
        }
    }
}
