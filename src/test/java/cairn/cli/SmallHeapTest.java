package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state that is larger than Java's heap, in processes of their own. What trains also goes on, and all else that is done with a run works. */
class SmallHeapTest {
    private static final String HEAP = "-Xmx32m";
    private static final int HEAP_BYTES = 32 << 20;

    @TempDir
    private static Path temporary;
    private static List<String> digest;

    @BeforeAll
    static void trainWithALargeHeap() throws IOException {
        Files.writeString(temporary.resolve("wide.yaml"), recipe(900));
        Files.writeString(temporary.resolve("wider.yaml"), recipe(2500));
        Files.writeString(temporary.resolve("rows.csv"), "sepal length,sepal width,petal length,petal width\n5.1,3.5,1.4,0.2\n");
        Cairn.Result result = Cairn.run(words("train RECIPES/wide.yaml --run large --steps 3 --json").split(" "));
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(Files.size(temporary.resolve("large/step-000000000002.safetensors"))).isGreaterThan(HEAP_BYTES);
        digest = digests(result.out());
        assertThat(digest).hasSize(1);
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

    /** Runs one command after the other in one process, because a process takes seconds to start. */
    static final class Script {
        private static final String END = "exit code ";

        private Script() {
        }

        public static void main(String... commands) {
            for (String words : commands) {
                Cairn.Result result = Cairn.run(words.split(" "));
                System.out.println("> " + words + "\n" + result.out() + result.err() + END + result.exit());
            }
        }
    }

    /** What each command printed. */
    private static List<String> run(List<String> options, String... commands) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(CairnProcess.java(options.toArray(String[]::new)).line());
        line.set(line.size() - 1, Script.class.getName());
        for (String command : commands) {
            line.add(words(command));
        }
        Cairn.Result result = CairnProcess.run(line, Map.of());
        assertThat(result.exit()).as(result.out() + result.err()).isZero();
        List<String> outputs = List.of(result.out().split("(?m)^> ")).subList(1, commands.length + 1);
        assertThat(outputs).as(result.out()).allMatch(output -> output.contains(Script.END));
        return outputs;
    }

    /** The limits of memory that the launcher sets; those for Windows are the same. */
    private static List<String> asLaunched() throws IOException {
        List<String> options = new ArrayList<>(List.of(HEAP));
        for (String option : List.of("-XX:MaxDirectMemorySize=1024t", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0")) {
            for (String launcher : List.of("cairn", "cairn.bat")) {
                assertThat(Path.of("src/main/launcher/bin", launcher)).content().contains(" " + option + " ");
            }
            options.add(option);
        }
        return options;
    }

    private static List<String> digests(String output) {
        return output.lines().filter(l -> l.contains("\"event\":\"end\"")).map(l -> l.replaceAll(".*\"digest\":\"([0-9a-f]+)\".*", "$1")).toList();
    }

    @Test
    void whatTrainsAlsoGoesOnAndEverythingElseWorks() throws IOException, InterruptedException {
        List<String> outputs = run(asLaunched(), "train RECIPES/wider.yaml --run refused --steps 2", "train RECIPES/wide.yaml --run small --steps 2",
                "resume small --steps 3 --json", "verify small", "verify small --replay=1..2", "show small@2 --verify", "diff small@2 large@2",
                "evaluate small@3", "predict small@3 RECIPES/rows.csv", "export small@3 RECIPES/small.safetensors", "branch small@2 branched",
                "rollback small --to 2", "prune small --keep last:1", "resume small --steps 3 --json");
        assertThat(outputs.get(0)).contains("largest parameter").contains("CAIRN_OPTS=-Xmx1g").doesNotContain("batches")
                .contains(Script.END + ExitCode.FAILED);
        assertThat(outputs.subList(1, outputs.size())).allMatch(output -> output.contains(Script.END + ExitCode.OK));
        assertThat(digests(String.join("\n", outputs))).hasSize(2).containsOnly(digest.get(0));
    }

    /** Before anything is allocated, read or written; and what is to be done about it helps, as the other test shows. */
    @Test
    void whatDoesNotFitIsRefusedWithTheOptionThatHelps() throws IOException, InterruptedException {
        List<String> outputs = run(List.of(HEAP), "train RECIPES/wide.yaml --run refused --steps 2", "resume large --steps 4");
        assertThat(outputs).allMatch(output -> output.contains("off Java's heap") && output.contains("-XX:MaxDirectMemorySize=1g")
                && output.contains(Script.END + ExitCode.FAILED) && !output.contains("batches"));
        assertThat(outputs.get(1)).contains("cannot read " + temporary.resolve("large"));
        assertThat(temporary.resolve("refused")).doesNotExist();
    }
}
