package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state that is larger than Java's heap, in processes of their own. What trains goes on, and all else that is done with a run works. */
class SmallHeapTest {
    private static final String HEAP = "-Xmx32m";
    private static final int HEAP_BYTES = 32 << 20;

    @TempDir
    private static Path temporary;
    private static String digest;

    @BeforeAll
    static void trainWithALargeHeap() throws IOException {
        Files.writeString(temporary.resolve("wide.yaml"), recipe(900));
        Files.writeString(temporary.resolve("wider.yaml"), recipe(2500));
        Files.writeString(temporary.resolve("rows.csv"), "sepal-length-cm,sepal-width-cm,petal-length-cm,petal-width-cm\n5.1,3.5,1.4,0.2\n");
        Cairn.Result result = Cairn.run(words("train RECIPES/wide.yaml --run large --steps 3 --json").split(" "));
        digest = result.digest();
        assertThat(Files.size(temporary.resolve("large/step-000000000002.safetensors"))).isGreaterThan(HEAP_BYTES);
    }

    private static String recipe(int units) {
        return "name: wide\ndata: {set: iris, batch-size: 16, validation: 24, test: 30}\nmodel:\n"
                + ("  - dense: {units: " + units + "}\n  - tanh\n").repeat(5) + "  - dense: {units: 3}\n"
                + "loss: softmax-cross-entropy\noptimizer: {rule: adam, learning-rate: 0.001}\nevaluate: {every: 1ep}\n"
                + "run: {epochs: 60, save-every: '1', keep: all}\n";
    }

    private static String words(String command) {
        return (command + " --dir " + temporary).replace("RECIPES/", temporary + "/");
    }

    private static List<Cairn.Result> run(List<String> options, String... commands) throws IOException, InterruptedException {
        return CairnProcess.java(options.toArray(String[]::new)).runAll(Stream.of(commands).map(SmallHeapTest::words).toList());
    }

    /** The limit of memory that the launcher sets; that for Windows is the same. */
    private static List<String> asLaunched() throws IOException {
        String option = "-XX:MaxDirectMemorySize=1024t";
        for (String launcher : List.of("cairn", "cairn.bat")) {
            assertThat(Path.of("src/main/launcher/bin", launcher)).content().contains(" " + option + " ");
        }
        return List.of(HEAP, option);
    }

    @Test
    void whatTrainsAlsoGoesOnAndEverythingElseWorks() throws IOException, InterruptedException {
        List<Cairn.Result> results = run(asLaunched(), "train RECIPES/wider.yaml --run refused --steps 2",
                "train RECIPES/wide.yaml --run small --steps 2", "resume small --steps 3 --json", "verify small",
                "verify small --replay=1..2", "show small@2 --verify", "diff small@2 large@2", "evaluate small@3",
                "predict small@3 RECIPES/rows.csv", "export small@3 RECIPES/small.safetensors", "branch small@2 branched", "rollback small --to 2",
                "prune small --keep last:1", "resume small --steps 3 --json");
        assertThat(results.get(0).exit()).isEqualTo(ExitCode.FAILED);
        assertThat(results.get(0).err()).contains("largest parameter").contains("CAIRN_OPTS=-Xmx1g").doesNotContain("batches");
        assertThat(results.subList(1, results.size())).allMatch(result -> result.exit() == ExitCode.OK);
        assertThat(List.of(results.get(2), results.get(results.size() - 1))).allMatch(result -> result.digest().equals(digest));
    }

    /** Before anything is allocated, read or written; and what is to be done about it helps, as the other test shows. */
    @Test
    void whatDoesNotFitIsRefusedWithTheOptionThatHelps() throws IOException, InterruptedException {
        List<Cairn.Result> results = run(List.of(HEAP), "train RECIPES/wide.yaml --run refused --steps 2", "resume large --steps 4");
        assertThat(results).allMatch(result -> result.exit() == ExitCode.FAILED && result.err().contains("off Java's heap")
                && result.err().contains("-XX:MaxDirectMemorySize=1g") && !result.err().contains("batches"));
        // The checkpoint itself needs no memory, because it is read straight into the arrays. The saves would.
        assertThat(results).allMatch(result -> result.err().contains("cannot train wide"));
        assertThat(temporary.resolve("refused")).doesNotExist();
    }
}
