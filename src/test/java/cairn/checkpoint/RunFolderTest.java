package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.disk.AtomicWrite;
import cairn.disk.Disk;
import cairn.disk.FaultyDisk;
import cairn.disk.FolderInUseException;
import cairn.disk.RealDisk;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** The user's own files, other users' folders, links and damage: each is left as it is, and stops nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"file", "dangling link", "link to an empty folder", "link to itself", "other folder", "folder as mark", "pipe as mark",
        "no text as mark", "closed folder"})
    @DisabledOnOs(OS.WINDOWS)
    void whateverHasTheNameOfTheOtherFolderIsLeftAlone(String what) throws IOException, InterruptedException {
        Path taken = root.resolve("a.before-rollback-1");
        if (!what.endsWith("link") && !what.startsWith("link") && !what.equals("file")) {
            Files.createDirectories(taken);
        }
        Path mark = taken.resolve(SplitOffRun.MOVING);
        switch (what) {
            case "file" -> Files.writeString(taken, "notes");
            case "dangling link" -> Files.createSymbolicLink(taken, root.resolve("nothing"));
            case "link to an empty folder" -> Files.createSymbolicLink(taken, Files.createDirectory(root.resolve("empty")));
            case "link to itself" -> Files.createSymbolicLink(taken, taken);
            case "other folder" -> Files.writeString(taken.resolve("notes"), "notes");
            case "folder as mark" -> Files.createDirectory(mark);
            case "pipe as mark" -> assertThat(new ProcessBuilder("mkfifo", mark.toString()).start().waitFor()).isZero();
            case "no text as mark" -> Files.write(mark, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
            default -> Files.setPosixFilePermissions(taken, Set.of());
        }
        Object before = Files.getAttribute(taken, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        boolean isRoot = Files.isReadable(taken) && what.equals("closed folder");
        try (RunFolder run = RunFolder.create(root.resolve("a"), disk)) {
            run.store().commit(States.checkpoint(1));
            run.store().commit(States.checkpoint(2));
            Path folder = run.splitOff(1, "before-rollback", Map.of(), List.of()).orElseThrow().folder();
            // To root no folder is closed, and this one is empty.
            assertThat(folder).isEqualTo(isRoot ? taken : root.resolve("a.before-rollback-2"));
            assertThat(run.store().steps()).containsExactly(1L);
        }
        assertThat(Files.getAttribute(taken, "unix:ino", LinkOption.NOFOLLOW_LINKS)).isEqualTo(before);
        if (what.equals("link to an empty folder")) {
            assertThat(root.resolve("empty")).isEmptyDirectory();
        }
    }

    /** Such as another user's folder, or one on a disk of its own. */
    @Test
    void anEmptyFolderInWhichNothingCanBeMadeIsPassedOver() throws IOException {
        List<FileSystemException> refusals = List.of(new AccessDeniedException("x"), new AtomicMoveNotSupportedException("x", "y", "z"));
        for (int i = 0; i < refusals.size(); i++) {
            FileSystemException refusal = refusals.get(i);
            Path taken = Files.createDirectory(root.resolve(i + ".before-rollback-1"));
            Disk refusing = new FaultyDisk(disk) {
                @Override
                public Lock lock(Path file) throws IOException {
                    refuse(file, AccessDeniedException.class);
                    return super.lock(file);
                }

                @Override
                public void rename(Path from, Path to) throws IOException {
                    refuse(to, AtomicMoveNotSupportedException.class);
                    super.rename(from, to);
                }

                private void refuse(Path file, Class<?> kind) throws IOException {
                    if (file.startsWith(taken) && kind.isInstance(refusal)) {
                        throw refusal;
                    }
                }
            };
            try (RunFolder run = RunFolder.create(root.resolve("" + i), refusing)) {
                run.store().commit(States.checkpoint(1));
                run.store().commit(States.checkpoint(2));
                assertThat(run.splitOff(1, "before-rollback", Map.of(), List.of()).orElseThrow().folder())
                        .isEqualTo(root.resolve(i + ".before-rollback-2"));
            }
        }
    }

    @Test
    void withoutSpaceForTheMarkTheErrorHasTheFileAndWhatToDo() throws IOException {
        Path pending = AtomicWrite.pending(root.resolve("a").resolve(SplitOffRun.MOVING));
        FaultyDisk full = new FaultyDisk(disk).counting(pending.getFileName().toString());
        try (RunFolder run = RunFolder.create(root.resolve("a"), full)) {
            run.store().commit(States.checkpoint(1));
            run.store().commit(States.checkpoint(2));
            // The first operation deletes what an earlier call may have left.
            for (int operation = 2; operation <= 4; operation++) {
                full.failAt(operation, FaultyDisk.Fault.NO_SPACE);
                assertThatThrownBy(() -> run.splitOff(1, "before-rollback", Map.of(), List.of())).isInstanceOf(FileSystemException.class)
                        .hasMessageContainingAll(pending.toString(), "No space left on device", "Nothing was changed", "free some");
                assertThat(run.store().steps()).containsExactly(1L, 2L);
                assertThat(root.resolve("a.before-rollback-1")).doesNotExist();
            }
        }
    }
}
