package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
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

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void librariesAreNotLoadedFromAFolderThatOthersCanWriteTo(@TempDir Path open) throws IOException, InterruptedException {
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Cairn.Result result = CairnProcess.java("-Dorg.bytedeco.javacpp.cachedir=" + open).run("evaluate", "iris", "--dir", runs.toString());
        assertThat(result.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains(open.toRealPath() + " can be written to by other users (mode 777)")
                .contains("org.bytedeco.javacpp.cachedir");
        assertThat(open).isEmptyDirectory();
    }

    /** What JavaCPP would do without a home is to share a folder in that for temporary files. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void withoutAHomeAFolderOfTheUsersOwnIsMade(@TempDir Path temporary) throws IOException, InterruptedException {
        Cairn.Result result = CairnProcess.java("-Duser.home=?", "-Djava.io.tmpdir=" + temporary).run("evaluate", "iris", "--dir",
                runs.toString());
        assertThat(result.exit()).as(result.err()).isZero();
        try (Stream<Path> made = Files.list(temporary)) {
            assertThat(made.filter(p -> p.getFileName().toString().startsWith("cairn-")).toList()).singleElement().satisfies(folder ->
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))).isEqualTo("rwx------"));
        }
    }

    @Test
    void anotherPlatformIsOnlyBlamedIfThereIsNoLibraryForThisOne() throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(CairnProcess.with(Map.of()).line("evaluate", "iris", "--dir", runs.toString()));
        String all = System.getProperty("java.class.path");
        line.set(line.indexOf("-cp") + 1, Stream.of(all.split(File.pathSeparator)).filter(jar -> !jar.matches(".*nd4j-native-[^p].*-.*64.*"))
                .collect(Collectors.joining(File.pathSeparator)));
        Cairn.Result result = CairnProcess.run(line, Map.of());
        assertThat(result.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("this build of Cairn has no native library for this").contains("mvn package");
        line.set(line.indexOf("-cp") + 1, all);
        line.add(1, "-Dnative.ops=java.lang.String");
        result = CairnProcess.run(line, Map.of());
        assertThat(result.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("cannot load the native library").contains("java.lang.String").doesNotContain("mvn package").doesNotContain("500 MB");
    }
}
