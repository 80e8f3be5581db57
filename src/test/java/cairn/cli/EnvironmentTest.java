package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Environment variables of the native libraries, each in a process of its own, because the libraries read them when they are loaded. */
class EnvironmentTest {
    @TempDir
    private static Path runs;

    @BeforeAll
    static void train() {
        Cairn.Result trained = Cairn.run("train", "iris", "--steps", "12", "--dir", runs.toString());
        assertThat(trained.exit()).as(trained.err()).isZero();
    }

    /** The first two change the bits of some recipes; the last is one that no library has today. */
    @ParameterizedTest
    @ValueSource(strings = {"SD_FORBID_HELPERS", "SD_BLAS_FALLBACK", "DNNL_OF_TOMORROW"})
    void aResumeWithAVariableThatMayDecideBitsIsNotExact(String name) throws IOException, InterruptedException {
        Cairn.Result result = CairnProcess.with(Map.of(name, "1")).run("resume", "iris", "--steps", "13", "--require", "exact", "--dir",
                runs.toString());
        assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err()).contains("bit-variables none -> " + name + "=1").contains("unset " + name + " before starting");
    }

    @Test
    void aResumeWithAVariableThatMayVaryIsExact() throws IOException, InterruptedException {
        Cairn.Result result = CairnProcess.with(Map.of("OMP_DISPLAY_AFFINITY", "false", "SD_MAX_PRIMARY_BYTES", "100000000000")).run("resume",
                "iris", "--steps", "12", "--require", "exact", "--dir", runs.toString());
        assertThat(result.exit()).as(result.err()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"OMP_NUM_THREADS=abc", "OMP_NUM_THREADS=99999", "OMP_THREAD_LIMIT=1", "OMP_DYNAMIC=true",
        "OMP_MAX_ACTIVE_LEVELS=0"})
    void aVariableWithWhichTheLibrariesEndTheProcessIsFoundBefore(String setting) throws IOException, InterruptedException {
        String[] parts = setting.split("=");
        Map<String, String> environment = parts[0].equals("OMP_NUM_THREADS") ? Map.of(parts[0], parts[1])
                : Map.of(parts[0], parts[1], "OMP_NUM_THREADS", "2");
        Cairn.Result result = CairnProcess.with(environment).run("resume", "iris", "--steps", "13", "--dir", runs.toString());
        assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("error: " + setting + " cannot be used").doesNotContain("platform");
    }
}
