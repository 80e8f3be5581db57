package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import cairn.journal.Journals;
import cairn.journal.RecordedSeries;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recovery actions and layer statistics on the command line. */
class RecoveryCommandTest {
    private static final String POISON = "data.poison={steps: [30, 33], factor: 1000}";
    private static final String RULE = "recovery={back: 5, rate-factor: 0.5, spike: {window: 20, threshold: 5}}";

    @TempDir
    Path dir;

    private Cairn.Result cairn(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--dir", dir.toString()));
        return Cairn.run(all.toArray(String[]::new));
    }

    private Cairn.Result train(String run, String... words) {
        List<String> all = new ArrayList<>(List.of("train", "iris", "--run", run, "--set", "model.1=relu", "--set", POISON, "--set", RULE));
        all.addAll(List.of(words));
        return cairn(all.toArray(String[]::new));
    }

    @Test
    void recoveryActionsAreOnTheScreenInJsonAndInTheJournal() throws IOException {
        Cairn.Result text = train("a", "--steps", "40");
        assertThat(text.exit()).isZero();
        assertThat(text.out()).containsPattern("recovery 1 of 3 at step 30: the loss of [0-9.]+ is above [0-9.]+; the batch is skipped,"
                + " the weights are those of"
                + " step 25, learning rate times 0.5000").contains("recovery 2 of 3 at step 33")
                .contains("the weights are those of step 31");

        List<JsonNode> events = train("b", "--steps", "40", "--json").events("intervention");
        assertThat(events).extracting(e -> e.get("step").longValue()).containsExactly(31L, 34L);
        assertThat(events.get(0).get("fault").textValue()).isEqualTo("spike");
        assertThat(events.get(0).get("value").doubleValue()).isGreaterThan(events.get(0).get("limit").doubleValue());
        assertThat(events.get(0).get("rows")).hasSize(16);

        RecordedSeries journal = Journals.series(dir.resolve("a/journal.csv"));
        assertThat(journal.number("recovery/back-to", 31)).hasValue(25);
        assertThat(journal.value("recovery/fault", 31)).contains("spike");
        assertThat(journal.number("recovery/rate-factor", 34)).hasValue(0.25);
        assertThat(journal.values("train/loss")).doesNotContainKeys(31L, 34L).containsKeys(30L, 32L);
    }

    @Test
    void aRunStoppedAmongItsFaultsAndResumedEndsAsTheUnbrokenOne() {
        String unbroken = train("a", "--steps", "40", "--json").last().get("digest").textValue();
        train("b", "--steps", "27", "--save-every", "1");
        for (int until : new int[] {30, 31, 32, 34}) {
            assertThat(cairn("resume", "b", "--steps", Integer.toString(until)).exit()).isZero();
        }
        assertThat(cairn("resume", "b", "--steps", "40", "--json").last().get("digest").textValue()).isEqualTo(unbroken);
    }

    @Test
    void recoveryActionsAreReplayedAndComparedWithTheJournal() throws IOException {
        train("a", "--steps", "40", "--save-every", "end");
        Cairn.Result proof = cairn("verify", "a", "--replay");
        assertThat(proof.exit()).as(proof.out() + proof.err()).isZero();

        Path journal = dir.resolve("a/journal.csv");
        List<String> rows = Files.readAllLines(journal);
        Files.write(journal, rows.stream()
                .map(r -> r.matches("1,31,.*,recovery/back-to,.*")
                        ? Journals.edited(r, row -> row.replaceFirst("[^,]*$", "24.0")) : r).toList());
        assertThat(cairn("verify", "a", "--replay").out())
                .contains("first difference at step 31: recovery/back-to", "recorded  24.0", "replayed  25.0");
        Files.write(journal, rows.stream().map(r -> r.matches("1,31,.*,recovery/fault,.*")
                ? Journals.edited(r, row -> row.replaceFirst("^1,31,", "1,32,")) : r).toList());
        assertThat(cairn("verify", "a", "--replay").out()).contains("first difference at step 32: recovery/fault", "replayed  no fault");
    }

    @Test
    void whenNothingHelpsTheLastGoodStateIsSavedAndTheAttemptsAreListed() throws IOException {
        Cairn.Result result = train("a", "--steps", "40", "--set", "recovery.at-most=1");
        assertThat(result.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("a spike: above").contains("has acted 1 of 1 times (spike at 30 back to 25)")
                .contains("recovery.spike.threshold").doesNotContain("\tat ");
        assertThat(Journals.series(dir.resolve("a/journal.csv")).values("stopped").get(33L)).startsWith("the loss is").contains("a spike");
        assertThat(cairn("resume", "a", "--steps", "33").out()).as("it stands there").contains("at step 33");
    }

    @Test
    void aRunWithLayerStatisticsPrintsThemOnTimeAndEndsAsOneWithout() throws IOException {
        Cairn.Result plain = train("a", "--steps", "40", "--json");
        Cairn.Result watched = train("b", "--steps", "40", "--json", "--watch", "10");
        assertThat(watched.last().get("digest")).isEqualTo(plain.last().get("digest"));
        assertThat(plain.events("measured")).isEmpty();
        assertThat(watched.events("measured")).extracting(e -> e.get("step").longValue()).containsExactly(10L, 20L, 30L, 40L);
        assertThat(watched.events("measured").get(0).get("watch").get("gradient-norm/0.dense").doubleValue()).isPositive();
        assertThat(Journals.series(dir.resolve("b/journal.csv")).values("watch/update-ratio/0.dense")).containsOnlyKeys(10L, 20L, 30L, 40L);

        assertThat(cairn("resume", "a", "--steps", "46", "--watch", "1ep").out())
                .containsPattern("watch step 42: largest gradient-norm [0-9.]+ \\(.*dense\\), update-ratio");
        for (String wrong : List.of("0", "often", "-3")) {
            assertThat(cairn("resume", "a", "--watch=" + wrong).exit()).as(wrong).isEqualTo(ExitCode.USAGE);
        }
    }
}
