package cairn.tensor.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.machine.Build;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trainings through ND4J's code for GPUs, on the stand-in for a GPU that src/test/cuda builds. The stand-in computes the numbers;
 * everything around the kernels is tested. Needs a build for GPUs and gcc: {@code mvn -Pcuda test -Dtest=StandInTest}.
 */
class StandInTest {
    private static final Path SOURCES = Path.of("src/test/cuda");
    private static final List<String> TOOLS = List.of("gcc", "nm", "unzip");
    private static final Pattern LOSS = Pattern.compile("test +loss +([0-9.]+)");
    private static final Pattern DIGEST = Pattern.compile("digest ([0-9a-f]{64})");

    @TempDir
    private static Path folder;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        assumeTrue(Build.here() != Build.CPU, "this build has code for the CPU only");
        assumeTrue(System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals("amd64"),
                "the stand-in is for Linux on x86-64");
        List<String> missing = TOOLS.stream().filter(t -> Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .noneMatch(p -> Files.isExecutable(Path.of(p, t)))).toList();
        assumeTrue(missing.isEmpty(), "the stand-in is built with " + String.join(", ", missing));
        Path jars = Files.createDirectory(folder.resolve("jars"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path jar = Path.of(entry);
            if (jar.getFileName().toString().contains("cuda")) {
                Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar.toAbsolutePath());
            }
        }
        run(Map.of(), SOURCES.resolve("build.sh").toString(), jars.toString(), folder.resolve("standin").toString());
        try (Stream<Path> links = Files.list(jars)) {
            for (Path link : links.toList()) {
                Files.delete(link);
            }
        }
    }

    /** Asynchronous work is done at once, or not before a thread waits for it: code that forgot to wait would fail. */
    @Test
    void trainingsDoNotDependOnWhenCopiesAndKernelsHappen() throws IOException, InterruptedException {
        String atOnce = train("at-once", Map.of("CAIRN_STANDIN_LATE", "0"), "--steps", "20");
        String late = train("late", Map.of("CAIRN_STANDIN_LATE", "1"), "--steps", "20");
        assertThat(found(DIGEST, late)).isEqualTo(found(DIGEST, atOnce));
        String cpu = cairn(Map.of(), "train", "iris", "--run", "cpu", "--steps", "20", "--backend", "cpu", "--dir", folder.toString());
        assertThat(Double.parseDouble(found(LOSS, late))).as("%s\n%s", late, cpu)
                .isCloseTo(Double.parseDouble(found(LOSS, cpu)), within(1e-3));
    }

    @Test
    void aResumeGoesOnExactly() throws IOException, InterruptedException {
        String straight = train("straight", Map.of(), "--steps", "14");
        train("broken", Map.of(), "--steps", "9");
        String resumed = onStandIn("resumed", Map.of("CAIRN_STANDIN_LATE", "1"), "resume", "broken", "--steps", "14", "--require", "exact");
        assertThat(found(DIGEST, resumed)).isEqualTo(found(DIGEST, straight));
    }

    /** Freeing memory waits for the GPU. ND4J still allocates for the numbers of masks and for Adam's rate. */
    @Test
    void aStepOfProductsAllocatesNothingLarge() throws IOException, InterruptedException {
        train("ten", Map.of(), "--steps", "10");
        train("thirty", Map.of(), "--steps", "30");
        assertThat(count("thirty", "cublasSgemm")).isGreaterThan(count("ten", "cublasSgemm"));
        double bytes = (bytes("thirty", "cudaMalloc") - bytes("ten", "cudaMalloc")) / 20.0;
        assertThat(bytes).as("bytes allocated by a step, evaluations included").isLessThan(20_000);
    }

    private static String train(String run, Map<String, String> environment, String... more) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("train", "iris", "--run", run, "--save-every", "end"));
        words.addAll(List.of(more));
        return onStandIn(run, environment, words.toArray(String[]::new));
    }

    /** No call was made that the stand-in does not have, and no kernel was left out. */
    private static String onStandIn(String run, Map<String, String> environment, String... words) throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(environment);
        all.put("CAIRN_STANDIN_COUNTS", counts(run).toString());
        String said = cairn(all, Stream.concat(Stream.of(words),
                Stream.of("--backend", "cuda", "--dir", folder.toString())).toArray(String[]::new));
        assertThat(Files.readString(counts(run))).contains("launches").doesNotContain("not computed").doesNotContain("error: direction")
                .doesNotContain("error: shape");
        return said;
    }

    private static String cairn(Map<String, String> environment, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(SOURCES.resolve("run.sh").toString(), folder.resolve("standin").toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g", "-Dorg.nd4j.log.initialization=false",
                "-cp", System.getProperty("java.class.path"), "cairn.cli.Main"));
        command.addAll(List.of(words));
        return run(environment, command.toArray(String[]::new));
    }

    private static String run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("%s ends", List.of(command)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    private static Path counts(String run) {
        return folder.resolve(run + ".counts");
    }

    private static long count(String run, String name) throws IOException {
        return number(run, name, 0);
    }

    private static long bytes(String run, String name) throws IOException {
        return number(run, name, 1);
    }

    private static long number(String run, String name, int column) throws IOException {
        return Files.readAllLines(counts(run)).stream().map(l -> l.strip().split("\\s+", 3)).filter(c -> c[2].equals(name))
                .mapToLong(c -> Long.parseLong(c[column])).findFirst().orElse(0);
    }
}
