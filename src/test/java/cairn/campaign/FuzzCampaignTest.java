package cairn.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.Jazzer;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The long form of the fuzz tests: each of them searches for hostile input, guided by coverage, in its own process, for the time
 * {@code -Dfuzz.duration} (default 10m). The detectors of Jazzer also report if the input chooses a class that is loaded, a file that is
 * opened or a regular expression. Interesting inputs are kept in {@code target/fuzz}, where the next search begins.
 */
@Tag("long")
class FuzzCampaignTest {
    private static final Path FOLDER = Path.of("target/fuzz");
    private static final Path CLASSES = Path.of("target/test-classes");
    private static final Pattern DONE = Pattern.compile("Done (\\d+) runs in (\\d+) second");
    private static final Pattern COVERAGE = Pattern.compile("cov: (\\d+) ");

    /** A method {@code name} of a test class that takes any bytes. */
    record Target(String className, String name) {
        @Override
        public String toString() {
            return className.substring(className.lastIndexOf('.') + 1) + "." + name;
        }
    }

    /** Every fuzz test; a new one is found by itself. */
    static List<Target> targets() throws IOException, ClassNotFoundException {
        List<Target> targets = new ArrayList<>();
        try (Stream<Path> files = Files.walk(CLASSES)) {
            for (Path file : files.filter(f -> f.toString().endsWith("FuzzTest.class")).sorted().toList()) {
                String name = CLASSES.relativize(file).toString().replace(File.separatorChar, '.').replaceAll("\\.class$", "");
                Stream.of(Class.forName(name).getDeclaredMethods()).filter(m -> m.isAnnotationPresent(FuzzTest.class))
                        .forEach(m -> targets.add(new Target(name, m.getName())));
            }
        }
        return targets;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aSearchForHostileInputFindsNone(Target target) throws IOException, InterruptedException {
        Campaign.FUZZ.begin(target.toString());
        Files.createDirectories(FOLDER);
        Path output = FOLDER.resolve(target + ".txt");
        Process search = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx2g",
                "-cp", System.getProperty("java.class.path"), Jazzer.class.getName(), "--target_class=" + target.className(),
                "--target_method=" + target.name(), "--max_duration=" + System.getProperty("fuzz.duration", "10m"),
                "--instrumentation_includes=cairn.**:org.yaml.snakeyaml.**")
                .directory(FOLDER.toFile()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(search.waitFor(1, TimeUnit.DAYS)).isTrue();
        } finally {
            search.destroyForcibly();
        }
        String printed = Files.readString(output);
        assertThat(search.exitValue()).as("an input was found and kept in %s; the output:\n%s", FOLDER, printed).isZero();
        Matcher done = DONE.matcher(printed);
        assertThat(done.find()).as(printed).isTrue();
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("inputs tried", Long.parseLong(done.group(1)));
        counts.put("seconds of search", Long.parseLong(done.group(2)));
        COVERAGE.matcher(printed).results().mapToLong(r -> Long.parseLong(r.group(1))).max()
                .ifPresent(most -> counts.put("edges of the program reached, over all searches", most));
        assertThat(counts.get("inputs tried")).isPositive();
        Campaign.FUZZ.passed(target.toString(), counts);
    }
}
