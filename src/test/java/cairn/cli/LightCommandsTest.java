package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that only read the checkpoint store do not load ND4J. Each runs in its own process, which logs every class that it loads. */
class LightCommandsTest {
    private static final String ND4J = ".*\\b(org\\.nd4j|org\\.bytedeco|cairn\\.tensor)\\..*";

    @TempDir
    private static Path temporary;

    @BeforeAll
    static void train() {
        Cairn.Result trained = Cairn.run("train", "iris", "--steps", "12", "--save-every", "1", "--keep", "all", "--dir",
                temporary.toString());
        assertThat(trained.exit()).as(trained.err()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"checkpoints iris", "show iris@3", "show iris@best --verify", "diff iris@3 iris", "verify iris",
            "verify iris@2 --json",
        "prune iris --dry-run", "prune iris --keep last:8,log", "pin iris@12", "unpin iris@12", "export iris@12 FILE", "gc --dry-run",
                "gc iris",
        "recipes", "prune --help", "train --help"})
    void aToolLoadsNoClassOfNd4j(String words) throws IOException, InterruptedException {
        Path file = temporary.resolve(words.replace(' ', '_').replace(',', '_').replace(':', '_') + ".npz");
        List<String> arguments = new ArrayList<>(Stream.of(words.split(" ")).map(w -> w.equals("FILE") ? file.toString() : w).toList());
        if (!words.startsWith("recipes")) {
            arguments.addAll(List.of("--dir", temporary.toString()));
        }
        List<String> loaded = classesLoadedBy(Main.class.getName(), arguments);
        assertThat(loaded).as("the list of classes").anyMatch(line -> line.contains("cairn.cli.Main"));
        assertThat(loaded).noneMatch(line -> line.matches(ND4J));
    }

    /** The log would show ND4J. */
    @Test
    void aCommandThatComputesLoadsNd4j() throws IOException, InterruptedException {
        assertThat(classesLoadedBy(Main.class.getName(), List.of("evaluate", "iris", "--dir", temporary.toString())))
                .anyMatch(line -> line.matches(ND4J));
    }

    private static List<String> classesLoadedBy(String main, List<String> arguments) throws IOException, InterruptedException {
        Path log = Files.createTempFile(temporary, "classes", ".log");
        Path said = Files.createTempFile(temporary, "said", ".log");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:class+load:file=" + log, "-cp", System.getProperty("java.class.path"),
                        main));
        command.addAll(arguments);
        Process child = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
        try {
            assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.exitValue()).as(Files.readString(said)).isZero();
        return Files.readAllLines(log);
    }
}
