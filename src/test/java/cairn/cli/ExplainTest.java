package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainTest {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    @TempDir
    private static Path runs;

    @BeforeAll
    static void train() {
        Cairn.on(runs, "train", "iris", "--run", "ill", "--set", "optimizer.learning-rate=10.0", "--epochs", "40");
        Cairn.on(runs, "train", "iris", "--run", "well", "--epochs", "40");
    }

    @Test
    void aHealthyRunHasNothingFoundAndSaysWhereItLooked() {
        Cairn.Result result = Cairn.on(runs, "explain", "well");
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).startsWith("well: nothing found, trained to step 240").contains("looked at", "the beginning: step 0");
    }

    @Test
    void theCauseComesFirstWithItsEvidenceAndACommand() {
        Cairn.Result result = Cairn.on(runs, "explain", "ill");
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).contains("1. the learning rate is too high, in 2.dense, since step 0 (certain)", "|Δθ| / |θ|",
                "ill from 1",
                "--run ill-lower-rate --set optimizer.learning-rate=0.01", "follows from 1");
        assertThat(Cairn.on(runs, "explain", "ill").out()).isEqualTo(result.out());
    }

    @Test
    void jsonHasTypedFindings() {
        Cairn.Result result = Cairn.on(runs, "explain", "ill", "--json");
        JsonNode first = result.events("finding").get(0);
        assertThat(first.get("illness").textValue()).isEqualTo("learning-rate-too-high");
        assertThat(first.get("certainty").textValue()).isEqualTo("certain");
        assertThat(first.get("evidence").get(0).get("value").doubleValue()).isGreaterThan(1);
        assertThat(first.get("next").get(0).get("kind").textValue()).isEqualTo("retrain");
        assertThat(result.last().get("event").textValue()).isEqualTo("explanation");
        assertThat(result.last().get("findings").intValue()).isEqualTo(result.events("finding").size());
    }

    /** Every command that is named can be typed as it stands. */
    @Test
    void theCommandsRun() {
        List<String> commands = new ArrayList<>();
        for (JsonNode finding : Cairn.on(runs, "explain", "ill", "--json").events("finding")) {
            for (String kind : List.of("see", "next")) {
                finding.path(kind).forEach(n -> commands.add(n.get("command").textValue()));
            }
        }
        assertThat(commands).hasSizeGreaterThan(3);
        for (String command : commands.stream().distinct().toList()) {
            List<String> words = new ArrayList<>();
            Matcher m = WORD.matcher(command);
            while (m.find()) {
                words.add(m.group(1) != null ? m.group(1) : m.group(2));
            }
            assertThat(words.remove(0)).isEqualTo("cairn");
            if (words.get(0).equals("plot")) {
                words.addAll(List.of("-o", runs.resolve("plot.svg").toString()));
            }
            Cairn.Result result = Cairn.run(words.toArray(String[]::new));
            assertThat(result.exit()).as(command + "\n" + result.err()).isZero();
        }
        // What it advises is what cures it.
        assertThat(Cairn.on(runs, "explain", "ill-lower-rate").out()).startsWith("ill-lower-rate: nothing found");
    }

    @Test
    void quickAndAgainExcludeEachOther() {
        assertThat(Cairn.on(runs, "explain", "ill", "--quick", "--again", "3").exit()).isEqualTo(2);
        assertThat(Cairn.on(runs, "explain", "ill", "--again", "-1").exit()).isEqualTo(2);
        assertThat(Cairn.on(runs, "explain", "none").exit()).isNotZero();
    }
}
