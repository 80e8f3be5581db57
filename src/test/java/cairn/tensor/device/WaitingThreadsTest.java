package cairn.tensor.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

class WaitingThreadsTest {
    private static final String ND4J_FIRST = "nd4j-first";

    @TempDir
    Path folder;

    /** A program of a user: it only asks for facts of the machine, which loads the libraries. */
    static final class Program {
        private Program() {
        }

        public static void main(String... words) {
            if (List.of(words).contains(ND4J_FIRST)) {
                Nd4j.create(2);
            }
            System.out.println(Backend.facts().get("other-variables"));
            System.out.println(Backend.facts().get("bit-variables"));
            System.out.println("Java shows " + System.getenv("OMP_WAIT_POLICY"));
            System.out.println(System.getProperty("org.bytedeco.javacpp.maxphysicalbytes"));
            PointerPointer<BytePointer> table = new PointerPointer<>(new PointerPointer<>(Loader.addressof("environ")).get(0));
            for (int i = 0; table.get(i) != null; i++) {
                System.out.println("environ " + table.get(BytePointer.class, i).getString(StandardCharsets.UTF_8));
            }
        }
    }

    /** What libgomp prints about itself when it is loaded, and what the program prints. */
    private List<String> lines(Map<String, String> environment, String... words) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-Dcairn.backend=cpu", "-cp", System.getProperty("java.class.path"), Program.class.getName()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().retainAll(List.of("PATH", "HOME"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        return Files.readAllLines(output);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void inAProgramWithoutVariablesTheThreadsSleepAfterAWhile() throws IOException, InterruptedException {
        List<String> lines = lines(Map.of("OMP_DISPLAY_ENV", "verbose", "EARLIER", "a value"));
        assertThat(lines).anyMatch(line -> line.contains("OMP_WAIT_POLICY = 'PASSIVE'"))
                .anyMatch(line -> line.contains("GOMP_SPINCOUNT = '3000'"));
        assertThat(lines).contains("set by Cairn: OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=3000 OPENBLAS_THREAD_TIMEOUT=4"
                + " MKL_THREADING_LAYER=GNU");
        assertThat(lines).as("no bits depend on them, and Java and its children do not see them").contains("none", "Java shows null", "0");
        assertThat(lines).as("all that was there is still there").contains("environ EARLIER=a value", "environ OPENBLAS_THREAD_TIMEOUT=4",
                "environ MKL_THREADING_LAYER=GNU", "environ PATH=" + System.getenv("PATH"), "environ OMP_DISPLAY_ENV=verbose");
        assertThat(lines).noneMatch(line -> line.contains("are not set"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aValueOfTheUserWins() throws IOException, InterruptedException {
        List<String> lines = lines(Map.of("OMP_DISPLAY_ENV", "verbose", "OMP_WAIT_POLICY", "active", "OPENBLAS_THREAD_TIMEOUT", "9"));
        assertThat(lines).anyMatch(line -> line.contains("OMP_WAIT_POLICY = 'ACTIVE'"))
                .noneMatch(line -> line.contains("GOMP_SPINCOUNT = '3000'"));
        assertThat(lines).contains("OMP_WAIT_POLICY=active OPENBLAS_THREAD_TIMEOUT=9; set by Cairn: MKL_THREADING_LAYER=GNU",
                "environ OPENBLAS_THREAD_TIMEOUT=9").doesNotContain("environ OPENBLAS_THREAD_TIMEOUT=4");
        assertThat(lines).noneMatch(line -> line.contains("are not set"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whereNd4jIsLoadedAlreadyOneWarningSaysWhatToSet() throws IOException, InterruptedException {
        List<String> lines = lines(Map.of("OMP_WAIT_POLICY", "passive"), ND4J_FIRST);
        assertThat(lines).filteredOn(line -> line.contains("are not set")).singleElement().asString()
                .contains("GOMP_SPINCOUNT, OPENBLAS_THREAD_TIMEOUT are not set", "ND4J was loaded before Cairn");
        assertThat(lines).contains("Before starting Java: export GOMP_SPINCOUNT=3000 OPENBLAS_THREAD_TIMEOUT=4", "OMP_WAIT_POLICY=passive");
        Map<String, String> launcher = Map.of("OMP_WAIT_POLICY", "passive", "GOMP_SPINCOUNT", "3000", "OPENBLAS_THREAD_TIMEOUT", "4");
        assertThat(lines(launcher, ND4J_FIRST)).noneMatch(line -> line.contains("are not set"));
    }

    @Test
    void onlyWhatIsNotSetIsMissing() {
        assertThat(WaitingThreads.missing(Map.of()).keySet()).containsExactly("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OPENBLAS_THREAD_TIMEOUT",
                "MKL_THREADING_LAYER");
        assertThat(WaitingThreads.missing(Map.of("OMP_WAIT_POLICY", " PASSIVE", "GOMP_SPINCOUNT", "1")).keySet())
                .containsExactly("OPENBLAS_THREAD_TIMEOUT", "MKL_THREADING_LAYER");
        for (String unset : List.of("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")) {
            assertThat(WaitingThreads.missing(Map.of(unset, ""))).as("an empty value is none").isEqualTo(WaitingThreads.missing(Map.of()));
        }
    }

    @Test
    void eachSystemHasTheLineForItsShell() {
        Map<String, String> all = WaitingThreads.missing(Map.of());
        assertThat(WaitingThreads.without(all, "Mac OS X", "so it is").problem().orElseThrow()).endsWith(
                "export OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=3000 OPENBLAS_THREAD_TIMEOUT=4").contains("so it is");
        assertThat(WaitingThreads.without(all, "Windows 11", "so it is").problem().orElseThrow())
                .endsWith("set OMP_WAIT_POLICY=passive&& set OPENBLAS_THREAD_TIMEOUT=4");
        assertThat(Stream.of("Mac OS X", "Windows 11").map(system -> WaitingThreads.without(Map.of("MKL_THREADING_LAYER", "GNU"), system, "")))
                .allMatch(w -> w.problem().isEmpty() && w.added().isEmpty());
    }
}
