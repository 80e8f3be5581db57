package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.cli.terminal.ExitCode;
import cairn.disk.RealDisk;
import cairn.journal.Journals;
import cairn.state.State;
import cairn.state.Value;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code RUN@STEP} of steps that were not saved, {@code goto} and {@code rollback}. */
class TimeTravelTest {
    @TempDir
    Path temporary;

    /** 120 steps, a checkpoint every 30. */
    @BeforeEach
    void train() {
        assertThat(cairn("train", "iris", "--run", "flowers", "--steps", "120", "--save-every", "30", "--keep", "all").exit()).isZero();
    }

    private Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, args);
    }

    private List<Long> steps(String run) {
        List<Long> steps = new ArrayList<>();
        cairn("checkpoints", run, "--json").lines().forEach(line -> steps.add(line.get("step").longValue()));
        return steps;
    }

    private String digest(String at) {
        Cairn.Result shown = cairn("show", at, "--json");
        assertThat(shown.exit()).as(shown.err()).isZero();
        return shown.last().get("digest").textValue();
    }

    @Test
    void anUnsavedStepIsTrainedAgainInMemoryAndTheCostIsSaidBefore() throws IOException {
        byte[] journal = Files.readAllBytes(temporary.resolve("flowers/journal.csv"));
        for (String[] command : new String[][] {{"show", "flowers@47"}, {"evaluate", "flowers@47"}, {"diff", "flowers@47", "flowers@60"}}) {
            Cairn.Result result = cairn(command);
            assertThat(result.exit()).as(result.err()).isZero();
            assertThat(result.err()).as(command[0]).contains("flowers@47: restoring step 30, replaying 17 steps");
        }
        assertThat(cairn("show", "flowers@47").out()).contains("not saved. To save it: cairn goto flowers 47 --dir ");
        assertThat(cairn("show", "flowers@60").err()).isEmpty();
        assertThat(cairn("evaluate", "flowers@47", "--json").events("replay")).singleElement()
                .satisfies(e -> assertThat(e.get("from").longValue() + " " + e.get("to") + " " + e.get("steps")).isEqualTo("30 47 17"));
        assertThat(steps("flowers")).containsExactly(0L, 30L, 60L, 90L, 120L);
        assertThat(temporary.resolve("flowers/journal.csv")).hasBinaryContent(journal);
    }

    @Test
    void aBranchMayStartAtAStepThatWasNotSaved() {
        assertThat(cairn("branch", "flowers@47", "twig").exit()).isZero();
        assertThat(cairn("resume", "twig", "--steps", "120").exit()).isZero();
        assertThat(digest("twig@120")).isEqualTo(digest("flowers@120"));
    }

    @Test
    void gotoMakesACheckpointOfAnyStepAndChangesNothingElse() {
        String digest = digest("flowers@47");
        Cairn.Result went = cairn("goto", "flowers", "47");
        assertThat(went.exit()).as(went.err()).isZero();
        assertThat(went.err()).contains("flowers@47: restoring step 30, replaying 17 steps");
        assertThat(went.out()).contains("flowers@47 is a checkpoint now", digest);
        assertThat(steps("flowers")).containsExactly(0L, 30L, 47L, 60L, 90L, 120L);
        assertThat(cairn("goto", "flowers", "47").exit()).as("again").isZero();
        assertThat(cairn("verify", "flowers").exit()).isZero();
        assertThat(digest("flowers@47")).isEqualTo(digest);
    }

    /** What was not saved is compared with the journal, from the checkpoint before it. */
    @Test
    void anUnsavedStepCanBeVerifiedAndGiveItsWeights() {
        assertThat(cairn("verify", "flowers@47").out()).contains("steps 30 to 47").contains("identical");
        assertThat(cairn("verify", "flowers@47", "--replay").out()).contains("steps 0 to 47").contains("identical");
        assertThat(cairn("verify", "flowers@60").out()).contains("sound");
        assertThat(cairn("verify", "flowers@47", "--replay=1..2").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(steps("flowers")).doesNotContain(47L);
        String digest = digest("flowers@47");
        Cairn.Result trained = cairn("train", "iris", "--run", "tuned", "--weights", "flowers@47", "--steps", "3");
        assertThat(trained.exit()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("flowers@47 is a checkpoint now, digest " + digest);
        assertThat(steps("flowers")).contains(47L);
    }

    @Test
    void aStepThatWasNeverTrainedIsRefused() {
        for (String[] command
                : new String[][] {{"goto", "flowers", "121"}, {"evaluate", "flowers@121"}, {"rollback", "flowers", "--to", "121"}}) {
            Cairn.Result refused = cairn(command);
            assertThat(refused.exit()).as(command[0]).isEqualTo(ExitCode.USAGE);
            assertThat(refused.err()).contains("step 121", "trained to step 120", "cairn resume flowers --steps 121");
        }
        assertThat(cairn("goto", "flowers", "-5").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(cairn("goto", "flowers", "soon").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(cairn("rollback", "flowers", "--to", "soon").err()).contains("expected a number");
        assertThat(cairn("rollback", "flowers").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(steps("flowers")).containsExactly(0L, 30L, 60L, 90L, 120L);
    }

    /** Field bug 30: after a rollback nothing refers to later steps, which are in a run of their own. */
    @Test
    void aRollbackContinuesFromItsStepAndTheLaterStepsStayReachable() {
        String end = digest("flowers@120");
        Cairn.Result back = cairn("rollback", "flowers", "--to", "47");
        assertThat(back.exit()).as(back.err()).isZero();
        assertThat(back.out()).contains("flowers is at step 47", "the later steps are now the run flowers.before-rollback-1",
                "cairn resume flowers --dir ");
        assertThat(steps("flowers")).containsExactly(0L, 30L, 47L);
        assertThat(steps("flowers.before-rollback-1")).containsExactly(47L, 60L, 90L, 120L);
        assertThat(digest("flowers.before-rollback-1@120")).isEqualTo(end);
        assertThat(digest("flowers.before-rollback-1@100")).isNotEqualTo(end);
        assertThat(cairn("verify", "flowers").exit()).isZero();
        assertThat(cairn("verify", "flowers.before-rollback-1").exit()).isZero();
        assertThat(cairn("log").out()).contains("flowers.before-rollback-1");

        JsonNode resumed = cairn("resume", "flowers", "--steps", "120", "--json").last();
        assertThat(resumed.get("digest").textValue()).isEqualTo(end);
        Cairn.Result stored = cairn("rollback", "flowers", "--to", "47", "--json");
        assertThat(stored.last().get("aside").textValue()).isEqualTo("flowers.before-rollback-2");
        assertThat(cairn("rollback", "flowers", "--to", "47").out()).contains("there was nothing later");
        assertThat(cairn("rollback", "flowers", "--to", "latest").exit()).isZero();
    }

    @Test
    void aReplayIsProofOfEveryStep() throws IOException {
        Cairn.Result proof = cairn("verify", "flowers", "--replay");
        assertThat(proof.exit()).as(proof.err()).isZero();
        assertThat(proof.out()).contains("steps 0 to 120", "5 states compared").endsWith("identical" + System.lineSeparator());
        JsonNode part = cairn("verify", "flowers", "--replay=47..61", "--json").last();
        assertThat(part.get("identical").booleanValue()).isTrue();
        assertThat(part.get("states").longValue()).isEqualTo(1);
        assertThat(part.get("numbers").longValue()).isGreaterThanOrEqualTo(2 * 14);

        assertThat(cairn("verify", "flowers", "--replay=9").err()).contains("expected two steps, FROM..TO");
        assertThat(cairn("verify", "flowers", "--replay=9..3").err()).contains("FROM 9 after TO 3");
        assertThat(cairn("verify", "flowers", "--replay=9..300").err()).contains("trained to step 120");
        assertThat(cairn("verify", "flowers@30", "--replay").out()).contains("steps 0 to 30").contains("identical");

        // One bit of one recorded loss.
        Path journal = temporary.resolve("flowers/journal.csv");
        List<String> rows = new ArrayList<>(Files.readAllLines(journal));
        int row = 0;
        while (!rows.get(row).matches("1,77,\\d+,train/loss,.*")) {
            row++;
        }
        String value = rows.get(row).split(",")[4];
        String other = Double.toString(Math.nextUp(Double.parseDouble(value)));
        rows.set(row, Journals.edited(rows.get(row), recorded -> recorded.replace(value, other)));
        Files.write(journal, rows);
        Cairn.Result differs = cairn("verify", "flowers", "--replay");
        assertThat(differs.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(differs.out()).contains("first difference at step 77: train/loss", "recorded  " + other, "replayed  " + value,
                "two replays here agree");
    }

    /** A sound file with another state at a step: the first path and the first element are named. */
    @Test
    void aReplayNamesTheFirstElementThatDiffers() throws IOException {
        State mine;
        try (DirectoryStore store = DirectoryStore.writing(temporary.resolve("flowers"),
                new RealDisk())) {
            mine = store.read(60).state();
            Value.Tensor weight = mine.tensor("model/0.dense/weight");
            ByteBuffer bytes = ByteBuffer.allocate(weight.bytes().remaining()).order(ByteOrder.LITTLE_ENDIAN);
            bytes.put(weight.bytes()).flip();
            bytes.putFloat(4 * 5, bytes.getFloat(4 * 5) + 1);
            store.delete(60);
            store.commit(Checkpoint.of(60, mine.overlay(State.of(Map.of("model/0.dense/weight",
                    new Value.Tensor(weight.type(), weight.shape(), bytes))))));
        }
        JsonNode proof = cairn("verify", "flowers", "--replay", "--json").last();
        assertThat(proof.get("identical").booleanValue()).isFalse();
        assertThat(proof.get("step").longValue()).isEqualTo(60);
        assertThat(proof.get("path").textValue()).isEqualTo("model/0.dense/weight");
        assertThat(proof.get("index").longValue()).isEqualTo(5);
        assertThat(Double.parseDouble(proof.get("recorded").textValue()) - Double.parseDouble(proof.get("replayed").textValue()))
                .isCloseTo(1, Offset.offset(1e-6));
    }

    @Test
    void bisectFindsTheFirstBadStepAndItsRows() throws IOException {
        NavigableMap<Long, String> losses = Journals.series(temporary.resolve("flowers/journal.csv")).values("train/loss");
        double bound = Double.parseDouble(losses.get(80L));
        long first = losses.entrySet().stream().filter(r -> Double.parseDouble(r.getValue()) <= bound).findFirst().orElseThrow().getKey();
        JsonNode found = cairn("bisect", "flowers", "--when", "loss<=" + bound, "--json").last();
        assertThat(found.get("step").longValue()).isEqualTo(first);
        assertThat(found.get("replayed").longValue()).isZero();
        assertThat(found.get("rows")).hasSameSizeAs(found.get("training_rows")).isNotEmpty();
        assertThat(found.get("rows")).allMatch(row -> row.intValue() >= 0 && row.intValue() < 150);

        assertThat(cairn("bisect", "flowers", "--when", "non-finite").err()).as("a way of no steps is none")
                .doesNotContain("continuing from step 120, replaying 0");

        // Without the journal everything is trained again, and the same step is found.
        Files.delete(temporary.resolve("flowers/journal.csv"));
        JsonNode again = cairn("bisect", "flowers", "--when", "loss<=" + bound, "--json").last();
        assertThat(again.get("step").longValue()).isEqualTo(first);
        assertThat(again.get("replayed").longValue()).isPositive();
        assertThat(again.get("rows")).isEqualTo(found.get("rows"));
        assertThat(cairn("bisect", "flowers", "--when", "gradient-norm>1e9|non-finite").out()).contains("not found in 120 steps");
        assertThat(temporary.resolve("flowers/journal.csv")).doesNotExist();
    }

    @Test
    void aRunThatStoppedAtALossThatIsNotFiniteIsBisectedToItsBatch() {
        Cairn.Result stopped = cairn("train", "iris", "--run", "wild", "--set", "optimizer={rule: sgd, learning-rate: 1e39}", "--json");
        assertThat(stopped.exit()).isEqualTo(ExitCode.FAILED);
        Cairn.Result found = cairn("bisect", "wild", "--when", "non-finite");
        assertThat(found.exit()).as(found.err()).isZero();
        assertThat(found.out()).contains("first at step ", "non-finite", "so the update was not made",
                "rows of its batch, counted from 0 in the data set");
    }

    @Test
    void aWrongConditionIsRefusedWithEverythingThatIsWrong() {
        Cairn.Result wrong = cairn("bisect", "flowers", "--when", "los>1|nonfinite|loss>much|accuracy");
        assertThat(wrong.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(wrong.err()).contains("there is no 'los'", "did you mean 'loss'", "did you mean 'non-finite'", "'much' is no number",
                "'accuracy': expected");
        assertThat(cairn("bisect", "flowers").err()).contains("--when is missing");
    }
}
