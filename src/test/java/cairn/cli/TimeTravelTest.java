package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
        return Cairn.run(Stream.concat(Stream.of(args), Stream.of("--dir", temporary.toString())).toArray(String[]::new));
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
    void anUnsavedStepIsTrainedAgainInMemoryAndTheCostIsToldBefore() throws IOException {
        byte[] journal = Files.readAllBytes(temporary.resolve("flowers/journal.csv"));
        for (String[] command : new String[][] {{"show", "flowers@47"}, {"evaluate", "flowers@47"}, {"diff", "flowers@47", "flowers@60"}}) {
            Cairn.Result result = cairn(command);
            assertThat(result.exit()).as(result.err()).isZero();
            assertThat(result.err()).as(command[0]).contains("flowers@47: restoring step 30, replaying 17 steps");
        }
        assertThat(cairn("show", "flowers@47").out()).contains("not stored; to store it: cairn goto flowers 47 --dir ");
        assertThat(cairn("show", "flowers@60").err()).isEmpty();
        assertThat(cairn("evaluate", "flowers@47", "--json").events("replay")).singleElement()
                .satisfies(e -> assertThat(e.get("from").longValue() + " " + e.get("to") + " " + e.get("steps")).isEqualTo("30 47 17"));
        assertThat(steps("flowers")).containsExactly(0L, 30L, 60L, 90L, 120L);
        assertThat(temporary.resolve("flowers/journal.csv")).hasBinaryContent(journal);
    }

    @Test
    void aBranchMayLeaveAtAStepThatWasNotSaved() {
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

    @Test
    void aStepThatWasNeverTrainedIsRefused() {
        for (String[] command : new String[][] {{"goto", "flowers", "121"}, {"evaluate", "flowers@121"}, {"rollback", "flowers", "--to", "121"}}) {
            Cairn.Result refused = cairn(command);
            assertThat(refused.exit()).as(command[0]).isEqualTo(ExitCode.USAGE);
            assertThat(refused.err()).contains("step 121", "trained to step 120");
        }
        assertThat(cairn("goto", "flowers", "-5").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(cairn("goto", "flowers", "soon").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(cairn("rollback", "flowers", "--to", "soon").err()).contains("expected a step");
        assertThat(cairn("rollback", "flowers").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(steps("flowers")).containsExactly(0L, 30L, 60L, 90L, 120L);
    }

    @Test
    void aRollbackGoesOnFromItsStepAndWhatCameLaterStaysReachable() {
        String end = digest("flowers@120");
        Cairn.Result back = cairn("rollback", "flowers", "--to", "47");
        assertThat(back.exit()).as(back.err()).isZero();
        assertThat(back.out()).contains("flowers is at step 47", "what came later is the run flowers.before-rollback-1",
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
        assertThat(cairn("rollback", "flowers", "--to", "47").out()).contains("nothing was later");
        assertThat(cairn("rollback", "flowers", "--to", "latest").exit()).isZero();
    }
}
