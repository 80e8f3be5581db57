package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each text that is read as a whole has a limit: three gigabytes of zeros in its place are refused at once. */
@DisabledOnOs(OS.WINDOWS)
class LargeTextTest {
    @TempDir
    private static Path trained;

    @TempDir
    private Path temporary;

    @BeforeAll
    static void train() {
        assertThat(Cairn.run("train", "iris", "--steps", "2", "--dir", trained.toString()).exit()).isZero();
    }

    static List<Map.Entry<String, List<String>>> texts() {
        return List.of(Map.entry("large.yaml", List.of("train LARGE")),
                Map.entry("iris/recipe.yaml", List.of("resume iris --steps 3", "evaluate iris@latest")),
                Map.entry("iris/run.json", List.of("resume iris --steps 3")),
                Map.entry("iris/step-000000000002.safetensors", List.of("show iris@2", "verify iris")));
    }

    @ParameterizedTest
    @MethodSource("texts")
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void itIsRefusedWithItsPathItsSizeAndTheLimit(Map.Entry<String, List<String>> text) throws IOException {
        Cairn.copy(trained, temporary, "iris");
        Path file = temporary.resolve(text.getKey());
        Files.deleteIfExists(file);
        Files.createDirectories(file.getParent());
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(3L << 30);
        }
        for (String command : text.getValue()) {
            Cairn.Result result = Cairn.on(temporary, command.replace("LARGE", file.toString()).split(" "));
            assertThat(result.exit()).as(command).isIn(ExitCode.FAILED, ExitCode.USAGE);
            assertThat(result.out() + result.err()).as(command).contains(file.toString())
                    .containsPattern("3221225472 bytes|3.22 GB|3221225464 more").containsPattern("at most|the most is")
                    .doesNotContain("out of memory");
        }
    }
}
