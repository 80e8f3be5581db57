package cairn.page;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.Cairn;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beside each picture stands the command that makes it. */
class ShownCommandsTest {
    @TempDir
    static Path made;

    private static OpenPage page;

    @BeforeAll
    static void open() throws IOException {
        OpenPage.moons(made.resolve("moons"));
        assertThat(Cairn.run("train", "digits", "--steps", "8", "--dir", made.toString()).exit()).isZero();
        page = OpenPage.of(made, true, List.of()).enter();
    }

    @AfterAll
    static void close() throws IOException {
        page.close();
    }

    private static Set<String> commands(String... paths) throws IOException {
        Set<String> commands = new TreeSet<>();
        for (String path : paths) {
            page.json(path).findValues("command").forEach(command -> commands.add(command.asText()));
        }
        return commands;
    }

    private static String without(String command) {
        return command.replace(" --dir " + made, "");
    }

    @Test
    void itIsTheCommandOfThisPicture() throws IOException {
        assertThat(commands("/api/run/moons/at/7", "/api/run/moons/at/7/boundary", "/api/run/moons/at/7/rows?part=test&choice=wrong",
                "/api/run/moons/at/7/tensor?path=model/0.dense/weight", "/api/run/moons/curves", "/api/run/moons/explain"))
                .extracting(ShownCommandsTest::without).containsExactlyInAnyOrder("cairn goto moons 7", "cairn boundary moons@7 -o moons-7.png",
                        "cairn rows moons@7 --part test --wrong", "cairn show moons@7 model/0.dense/weight", "cairn plot moons",
                        "cairn explain moons --quick", "cairn evaluate moons@7 --split validation", "cairn watch moons --at 7 --what gradients",
                        "cairn watch moons --at 7 --what updates", "cairn watch moons --at 7 --what activations");
        assertThat(commands("/api/run/digits/at/5/rows?part=validation&choice=worst&count=7")).extracting(ShownCommandsTest::without)
                .containsExactly("cairn rows digits@5 --part validation --worst 7");
    }

    /** Each can be typed as it stands. */
    @Test
    void theCommandsRun() throws IOException {
        Set<String> all = commands("/api/run/moons/at/7", "/api/run/moons/at/8", "/api/run/moons/at/7/boundary", "/api/run/moons/at/7/rows",
                "/api/run/moons/at/7/rows?choice=wrong", "/api/run/moons/at/7/tensor?path=model/0.dense/weight", "/api/run/moons/curves",
                "/api/run/moons/explain", "/api/run/digits/at/5", "/api/run/digits/at/5/rows?part=test&choice=worst",
                "/api/run/digits/at/5/rows?part=test&choice=wrong", "/api/run/digits/at/5/tensor?path=model/1.dense/weight",
                "/api/run/digits/curves");
        assertThat(all).hasSizeGreaterThan(12);
        for (String command : all) {
            // A figure without a name would be written into the folder in which the tests run.
            String named = command.startsWith("cairn plot ") ? command + " -o curves.png" : command;
            List<String> words = Arrays.stream(named.split(" ")).skip(1)
                    .map(word -> word.endsWith(".png") ? made.resolve("pictures-" + word).toString() : word).toList();
            Cairn.Result result = Cairn.run(words.toArray(String[]::new));
            assertThat(result.exit()).as(command + "\n" + result.err()).isZero();
        }
    }

    /** The same number here and there. */
    @Test
    void theCommandSaysTheSameNumbers() throws IOException {
        JsonNode at = page.json("/api/run/moons/at/7");
        String evaluated = Cairn.run("evaluate", "moons@7", "--split", at.path("part").asText(), "--json", "--dir", made.toString()).out();
        assertThat(evaluated).contains("\"loss\":" + at.path("measures").path("loss").path("value"));
        JsonNode gradients = at.path("layers").path(0);
        assertThat(gradients.path("kind").asText()).isEqualTo("gradient-norm");
        String watched = Cairn.run("watch", "moons", "--at", "7", "--what", "gradients", "--json", "--dir", made.toString()).out();
        assertThat(gradients.path("values")).isNotEmpty().allSatisfy(norm -> assertThat(watched).contains("\"norm\":" + norm));
    }
}
