package cairn.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code card/run} in a folder as the build prepares it, with a Java that only prints its arguments. */
@EnabledOnOs(OS.LINUX)
class RunScriptTest {
    @TempDir
    private Path folder;

    private Path home;

    /** What the script printed, and its exit code. */
    private record Answer(int exit, String text) {
    }

    @BeforeEach
    void prepare() throws IOException {
        home = folder.resolve("a prepared folder");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("card"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(Path.of("src/main/launcher/bin/environment.sh"), home.resolve("bin/environment.sh"));
        Files.copy(Path.of("src/card/run"), home.resolve("card/run"));
        assertThat(home.resolve("card/run").toFile().setExecutable(true)).isTrue();
    }

    /** Makes a Java of {@code version} in {@code javaHome}. */
    private void java(Path javaHome, String version) throws IOException {
        Path bin = Files.createDirectories(javaHome.resolve("bin"));
        Files.writeString(bin.resolve("java"), """
                #!/bin/sh
                [ "$1" != -version ] || { echo 'openjdk version "%s" 2025-01-01' >&2; exit 0; }
                printf '<%%s>\\n' "$@"
                echo "wait=$OMP_WAIT_POLICY tf32=${NVIDIA_TF32_OVERRIDE:-none}"
                exit 7
                """.formatted(version));
        assertThat(bin.resolve("java").toFile().setExecutable(true)).isTrue();
    }

    private Answer run(String javaHome, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(home.resolve("card/run").toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OMP_") || name.startsWith("NVIDIA_") || name.startsWith("CUDA_"));
        builder.environment().put("JAVA_HOME", javaHome);
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Answer(process.exitValue(), text);
    }

    @Test
    void theScriptsAreSound() throws IOException, InterruptedException {
        for (String script : List.of("src/card/run", "src/main/launcher/bin/environment.sh", "src/main/launcher/bin/cairn")) {
            Process process = new ProcessBuilder("bash", "-n", script).redirectErrorStream(true).start();
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).as(script).isEmpty();
            assertThat(process.waitFor()).isZero();
        }
    }

    @Test
    void itStartsTheReportWithTheJavaOfTheFolderAndReturnsItsExitCode() throws IOException, InterruptedException {
        java(home.resolve("jre"), "17.0.15");
        java(folder.resolve("another"), "11.0.2");
        Answer answer = run(folder.resolve("another").toString(), "--only", "steps");
        assertThat(answer.exit()).isEqualTo(7);
        assertThat(answer.text()).contains("<-Dcairn.home=" + home + ">", "<-Dcairn.card=" + home + "/card>", "<" + home + "/lib/*:" + home
                + "/card/lib/*>", "<cairn.gpu.DeviceReport>\n<--only>\n<steps>\n", "wait=passive tf32=none");
    }

    @Test
    void withGpuLibrariesTf32IsOff() throws IOException, InterruptedException {
        java(home.resolve("jre"), "21");
        Files.createFile(home.resolve("lib/nd4j-cuda-11.2-1.0.0-M1.1.jar"));
        assertThat(run("").text()).contains("tf32=0");
        assertThat(folder.resolve(".cache/cairn/cuda")).isDirectory();
    }

    @Test
    void withoutJavaOrWithAnOldOneItSaysWhatIsMissing() throws IOException, InterruptedException {
        Answer none = run(folder.resolve("nowhere").toString());
        assertThat(none.exit()).isEqualTo(1);
        assertThat(none.text()).contains("cairn needs Java 17 or newer; install it, or set JAVA_HOME");
        java(folder.resolve("old"), "1.8.0_392");
        Answer old = run(folder.resolve("old").toString());
        assertThat(old.exit()).isEqualTo(1);
        assertThat(old.text()).contains("error: Java 17 or newer was expected, found openjdk version \"1.8.0_392\"", "-Pcuda,card,jre");
    }
}
