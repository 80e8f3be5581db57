package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run is in training in a process of its own, and its folder is taken away; another run begins in its place. */
@DisabledOnOs(OS.WINDOWS)
class TakenFolderTest {
    @TempDir
    private Path temporary;

    @ParameterizedTest
    @ValueSource(strings = {"renamed", "deleted"})
    void theFirstProcessStopsAndTheRunInItsPlaceEndsAsItWouldHaveAlone(String how) throws IOException, InterruptedException {
        Path said = temporary.resolve("said.txt");
        Path folder = temporary.resolve("A");
        Process first = start(said, "train", "iris", "--run", "A", "--steps", "1000000000", "--save-every", "100", "--keep", "last:2");
        try {
            for (int i = 0; i < 6000 && !Files.readString(said).contains("\"event\":\"checkpoint\""); i++) {
                assertThat(first.isAlive()).as(Files.readString(said)).isTrue();
                Thread.sleep(10);
            }
            if (how.equals("renamed")) {
                Files.move(folder, temporary.resolve("B"));
            } else {
                delete(folder);
            }
            String taken = cairn("train", "iris", "--run", "A", "--seed", "7", "--steps", "300", "--save-every", "100", "--keep", "all").digest();
            assertThat(first.waitFor(60, TimeUnit.SECONDS)).as(Files.readString(said)).isTrue();
            assertThat(first.exitValue()).isEqualTo(1);
            assertThat(Files.readString(said)).contains("is not the folder any more that this process writes into", folder.toString(),
                    "changed nothing of what is there now").doesNotContain("Exception");
            assertThat(cairn("train", "iris", "--run", "alone", "--seed", "7", "--steps", "300", "--save-every", "end").digest()).isEqualTo(taken);
            assertThat(cairn("checkpoints", "A").events("checkpoint")).extracting(e -> e.get("step").longValue())
                    .containsExactly(0L, 100L, 200L, 300L);
            assertThat(cairn("verify", "A").exit()).isZero();
        } finally {
            first.destroyForcibly();
            first.waitFor();
        }
        if (how.equals("renamed")) {
            long newest = cairn("checkpoints", "B").last().get("step").longValue();
            assertThat(cairn("resume", "B", "--steps", Long.toString(newest + 5)).digest()).isEqualTo(
                    cairn("train", "iris", "--run", "straight", "--steps", Long.toString(newest + 5), "--save-every", "end").digest());
        }
    }

    private static void delete(Path folder) throws IOException {
        while (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(each);
                }
            } catch (java.io.UncheckedIOException | java.nio.file.FileSystemException theProcessIsStillWriting) {
                // Again, as a user would.
            }
        }
    }

    private Process start(Path said, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(words));
        command.addAll(List.of("--dir", temporary.toString(), "--json"));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    }

    private Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, Stream.concat(Stream.of(args), Stream.of("--json")).toArray(String[]::new));
    }
}
