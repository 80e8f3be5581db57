package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.disk.AtomicWrite;
import cairn.disk.Disk;
import cairn.disk.FaultyDisk;
import cairn.disk.FolderInUseException;
import cairn.disk.RealDisk;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    Path root;

    private final Disk disk = new RealDisk();

    @Test
    void textsAreReplacedWhole() throws IOException {
        try (RunFolder run = RunFolder.create(root.resolve("a"), disk)) {
            assertThat(run.readText("run.json")).isEmpty();
            run.writeText("run.json", "{\"a\": \"\u00e4\"}");
            run.writeText("run.json", "{}");
            run.writeText("recipe.yaml", "");
            assertThat(run.readText("run.json")).contains("{}");
            assertThat(run.readText("recipe.yaml")).contains("");
            assertThat(run.file("journal.csv")).isEqualTo(root.resolve("a/journal.csv"));
        }
        try (RunFolder run = RunFolder.read(root.resolve("a"), disk)) {
            assertThat(run.readText("run.json")).contains("{}");
            assertThatThrownBy(() -> run.writeText("run.json", "x")).isInstanceOf(IllegalStateException.class).hasMessageContaining("reading");
        }
    }

    @Test
    void aNameCannotLeaveTheFolder() throws IOException {
        try (RunFolder run = RunFolder.create(root.resolve("a"), disk)) {
            for (String name : new String[] {"../x", "/etc/passwd", "", "a/b", "..", "C:\\x", ".x"}) {
                assertThatThrownBy(() -> run.file(name)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'" + name + "'");
            }
        }
    }

    @Test
    void aTextThatIsNotUtf8IsAClearError() throws IOException {
        try (RunFolder run = RunFolder.create(root.resolve("a"), disk)) {
            Files.write(run.file("run.json"), new byte[] {(byte) 0xc3, 0x28});
            assertThatThrownBy(() -> run.readText("run.json")).isInstanceOf(IOException.class).hasMessageContainingAll("run.json", "UTF-8");
        }
    }

    /** Field bug 29: a new run needs a folder of its own; what stands there is neither erased nor mixed with the new. */
    @Test
    void aNewRunIsRefusedWhereAnythingStandsAndLeavesNoTrace() throws IOException {
        Path foreign = Files.createDirectories(root.resolve("home"));
        Files.writeString(foreign.resolve("letter.txt"), "dear");
        assertThatThrownBy(() -> RunFolder.create(foreign, disk)).isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContainingAll("letter.txt", "Resume", "another name");
        assertThat(disk.list(foreign)).containsExactly("letter.txt");
        RunFolder.create(root.resolve("a"), disk).close();
        try (RunFolder run = RunFolder.create(root.resolve("a"), disk)) {
            run.store().commit(States.checkpoint(1));
        }
        assertThatThrownBy(() -> RunFolder.create(root.resolve("a"), disk)).isInstanceOf(FileAlreadyExistsException.class);
        try (RunFolder run = RunFolder.resume(root.resolve("a"), disk)) {
            assertThat(run.store().read(1)).isEqualTo(States.checkpoint(1));
        }
    }

    @Test
    void aRunThatIsNotThereCannotBeResumedOrReadAndIsNotMade() {
        assertThatThrownBy(() -> RunFolder.resume(root.resolve("b"), disk)).isInstanceOf(NoSuchFileException.class).hasMessageContaining("b");
        assertThatThrownBy(() -> RunFolder.read(root.resolve("b"), disk)).isInstanceOf(NoSuchFileException.class);
        assertThat(root.resolve("b")).doesNotExist();
    }

    @Test
    void aDiskThatIsFullBeforeAnythingBeganIsToldWithTheFileAndWhatToDo() throws IOException {
        FaultyDisk full = new FaultyDisk(disk);
        try (RunFolder run = RunFolder.create(root.resolve("a"), full.counting(AtomicWrite.PENDING + "run.json"))) {
            full.failAt(3, FaultyDisk.Fault.NO_SPACE);
            assertThatThrownBy(() -> run.writeText("run.json", "{}")).isInstanceOf(FileSystemException.class)
                    .hasMessageContainingAll("run.json", "cannot be written", "No space left on device", "free some of it", "another");
        }
    }

    /** Field bug 37: another process is refused with the name of the writer; when the writer is killed, its lock hinders no one. */
    @Test
    void anotherProcessIsRefusedAndADeadOneIsNoHolder() throws IOException, InterruptedException {
        Path path = root.resolve("a");
        Path ready = root.resolve("ready");
        RunFolder.create(path, disk).close();
        Process holder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Holder.class.getName(), path.toString(), ready.toString())
                .redirectErrorStream(true).redirectOutput(root.resolve("holder.txt").toFile()).start();
        try {
            for (int i = 0; i < 600 && !Files.exists(ready) && holder.isAlive(); i++) {
                Thread.sleep(50);
            }
            assertThat(ready).as(Files.readString(root.resolve("holder.txt"))).exists();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> RunFolder.resume(path, disk)).isInstanceOf(FolderInUseException.class)
                        .hasMessageContaining("process " + holder.pid() + " on ");
            }
            try (RunFolder reader = RunFolder.read(path, disk)) {
                assertThat(reader.store().read(1)).isEqualTo(States.checkpoint(1));
            }
            holder.destroyForcibly();
            assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
            try (RunFolder run = RunFolder.resume(path, disk)) {
                assertThat(run.store().steps()).containsExactly(1L);
            }
        } finally {
            holder.destroyForcibly();
        }
    }

    /** Opens a run, commits, says so, and holds it until it is killed. */
    static final class Holder {
        public static void main(String[] arguments) throws IOException, InterruptedException {
            RunFolder run = RunFolder.resume(Path.of(arguments[0]), new RealDisk());
            run.store().commit(States.checkpoint(1));
            Files.createFile(Path.of(arguments[1]));
            Thread.sleep(60_000);
            run.close();
        }
    }

    @Test
    void everyFutureThatIsSetAsideGetsAFolderOfItsOwn() throws IOException {
        try (RunFolder run = RunFolder.create(root.resolve("a"), disk)) {
            run.store().commit(States.checkpoint(1));
            assertThat(run.splitOff(1, "before-rollback", Map.of(), List.of())).as("nothing is later").isEmpty();
            assertThatThrownBy(() -> run.splitOff(0, "before-rollback", Map.of(), List.of())).isInstanceOf(NoSuchFileException.class);
            for (int n = 1; n <= 3; n++) {
                run.store().commit(States.checkpoint(2, n));
                assertThat(run.splitOff(1, "before-rollback", Map.of(), List.of()))
                        .contains(new SplitOffRun(root.resolve("a.before-rollback-" + n), List.of(2L)));
            }
            assertThat(run.store().steps()).containsExactly(1L);
        }
        try (RunFolder second = RunFolder.read(root.resolve("a.before-rollback-2"), disk)) {
            assertThat(second.store().verify(2)).isEqualTo(States.checkpoint(2, 2));
            assertThat(second.readText(SplitOffRun.MOVING)).isEmpty();
        }
    }

    /** Setting aside was interrupted, and then the run went on: its new checkpoints are not mixed with the old ones. */
    @Test
    void whatWasInterruptedAndThenGoneOnFromIsNotMixed() throws IOException {
        Path half = root.resolve("a.before-rollback-1");
        try (RunFolder run = RunFolder.create(root.resolve("a"), disk); RunFolder other = RunFolder.create(half, disk)) {
            run.store().commit(States.checkpoint(1));
            other.writeText(SplitOffRun.MOVING, "the checkpoints of a after step 1 are on their way here\n");
            other.store().commit(States.checkpoint(3));
        }
        try (RunFolder run = RunFolder.resume(root.resolve("a"), disk)) {
            run.store().commit(States.checkpoint(3, 33));
            assertThat(run.splitOff(1, "before-rollback", Map.of(), List.of()).orElseThrow().folder())
                    .isEqualTo(root.resolve("a.before-rollback-2"));
        }
        try (RunFolder other = RunFolder.read(half, disk)) {
            assertThat(other.store().verify(3)).isEqualTo(States.checkpoint(3));
        }
    }
}
