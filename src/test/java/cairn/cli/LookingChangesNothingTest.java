package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever looks at a run leaves every file of it as it was: bytes, names and times of writing. */
class LookingChangesNothingTest {
    @TempDir
    private static Path runs;
    @TempDir
    private static Path out;

    @BeforeAll
    static void train() {
        for (String words : new String[] {"train moons --epochs 3 --keep last:2", "branch moons@12 other --set optimizer.learning-rate=0.001",
            "resume other", "rollback other --to 15"}) {
            Cairn.Result result = Cairn.on(runs, words.split(" "));
            assertThat(result.exit()).as(words + ": " + result.err()).isZero();
        }
    }

    /** OUT is a folder that is no run. Steps that are not stored are made again. */
    @ParameterizedTest
    @ValueSource(strings = {"plot moons other -o OUT/both.svg", "plot moons -o OUT/one.png", "watch moons --at 0..15 -o OUT/watch.csv",
        "rows moons@17 --worst 9", "rows moons --rows 3,7 --history --every 5 -o OUT/history.svg", "show moons@17", "show moons@17 0.dense/weight",
        "boundary moons@17 -o OUT/boundary.png", "explain moons", "explain other", "log", "log moons other --csv -o OUT/both.csv",
        "page moons -o OUT/moons.html --steps 9", "export moons --tensorboard OUT/boards", "evaluate moons@17"})
    void noFileOfARunChanges(String words) throws IOException {
        Map<String, String> before = files();
        assertThat(before).hasSizeGreaterThan(10);
        String[] command = Arrays.stream(words.split(" ")).map(word -> word.replace("OUT", out.toString())).toArray(String[]::new);
        Cairn.Result result = Cairn.on(runs, command);
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(files()).isEqualTo(before);
    }

    private static Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(runs)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(runs.relativize(file).toString(), Files.getLastModifiedTime(file) + " "
                        + HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return files;
    }
}
