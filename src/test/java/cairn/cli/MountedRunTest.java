package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.disk.SmallDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run on a file system of its own, which is full or has no neighbours. Needs a user who may mount one in memory. */
class MountedRunTest {
    @TempDir
    private static Path trained;

    @TempDir
    private Path temporary;
    private Path mounted;
    private boolean isMounted;

    @BeforeAll
    static void train() {
        assertThat(Cairn.on(trained, "train", "iris", "--steps", "24", "--save-every", "1ep", "--keep", "all").exit()).isZero();
    }

    private static boolean succeeds(String... line) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    private void mount(Path folder, String size) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        isMounted = succeeds("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder.toString());
        assumeTrue(isMounted, "a user who may mount a file system");
        mounted = folder;
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (isMounted) {
            assertThat(succeeds("umount", "-l", mounted.toString())).isTrue();
        }
    }

    private static void fill(Path file) throws IOException {
        try (OutputStream output = Files.newOutputStream(file)) {
            while (true) {
                output.write(new byte[4096]);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aDiskThatIsFullToTheLastBlockIsPrunedAndCleared() throws IOException, InterruptedException {
        mount(temporary.resolve("disk"), "2m");
        Path disk = temporary.resolve("disk");
        Cairn.copy(trained, disk, "iris");
        Path leftover = disk.resolve("iris/pending-step-000000000030.safetensors");
        Files.createFile(leftover);
        fill(disk.resolve("other"));
        assertThat(Files.getFileStore(disk).getUsableSpace()).isZero();

        Cairn.Result cleared = Cairn.on(disk, "gc", "iris");
        assertThat(cleared.exit()).as(cleared.err()).isZero();
        assertThat(leftover).doesNotExist();
        Cairn.Result pruned = Cairn.on(disk, "prune", "iris", "--keep", "last:1");
        assertThat(pruned.exit()).as(pruned.err()).isZero();
        assertThat(names(disk.resolve("iris"))).doesNotContain("step-000000000006.safetensors").contains("step-000000000024.safetensors");
        assertThat(Files.getFileStore(disk).getUsableSpace()).isPositive();
    }

    /** The same on a disk that takes no byte, whoever the user is. */
    @Test
    void aDiskThatTakesNoByteIsPruned() throws IOException {
        Cairn.copy(trained, temporary, "iris");
        Path run = temporary.resolve("iris");
        Files.createFile(run.resolve("pending-step-000000000030.safetensors"));
        try (DirectoryStore store = DirectoryStore.writing(run, new SmallDisk(0, true))) {
            store.prune(RetentionPolicy.parse("last:1", Ranking.min("loss")));
        }
        assertThat(names(run)).doesNotContain("step-000000000006.safetensors", "pending-step-000000000030.safetensors")
                .contains("step-000000000024.safetensors");
    }

    private void refusesARollback(Path runs) throws IOException {
        List<String> before = names(runs);
        List<String> inside = names(runs.resolve("iris"));
        List<String> beside = names(temporary);
        Cairn.Result result = Cairn.on(runs, "rollback", "iris", "--to", "12");
        assertThat(result.exit()).as(result.err()).isNotZero();
        assertThat(result.err()).contains("file system");
        assertThat(names(runs)).isEqualTo(before);
        assertThat(names(runs.resolve("iris"))).containsAll(inside).allMatch(name -> inside.contains(name) || name.equals("lock"));
        assertThat(names(temporary)).isEqualTo(beside);
        assertThat(Cairn.on(runs, "verify", "iris").exit()).isZero();
    }

    @Test
    void aRunThatIsAMountPointIsNotRolledBack() throws IOException, InterruptedException {
        Path runs = Files.createDirectories(temporary.resolve("runs"));
        mount(runs.resolve("iris"), "4m");
        try (Stream<Path> files = Files.list(trained.resolve("iris"))) {
            for (Path file : files.toList()) {
                Files.copy(file, runs.resolve("iris").resolve(file.getFileName()));
            }
        }
        refusesARollback(runs);
    }

    @Test
    void aRunThatIsALinkToAMountPointIsNotRolledBack() throws IOException, InterruptedException {
        Path runs = Files.createDirectories(temporary.resolve("runs"));
        Path disk = temporary.resolve("disk");
        mount(disk, "4m");
        try (Stream<Path> files = Files.list(trained.resolve("iris"))) {
            for (Path file : files.toList()) {
                Files.copy(file, disk.resolve(file.getFileName()));
            }
        }
        Files.createSymbolicLink(runs.resolve("iris"), disk);
        refusesARollback(runs);
    }
}
