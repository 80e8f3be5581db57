package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command on a run of which one checkpoint cannot be read: the command works with the others and says which one and why. */
class UnreadableTest {
    @TempDir
    private static Path trained;

    @TempDir
    private Path temporary;

    /** Steps 0, 6, ..., 36. */
    @BeforeAll
    static void train() {
        Cairn.Result result = Cairn.run("train", "iris", "--steps", "36", "--save-every", "1ep", "--keep", "all", "--dir", trained.toString());
        assertThat(result.exit()).as(result.err()).isZero();
    }

    @BeforeEach
    void copy() throws IOException {
        Cairn.copy(trained, temporary, "iris");
    }

    private Cairn.Result cairn(String... args) {
        return Cairn.on(temporary, args);
    }

    private Path file(long step) {
        return temporary.resolve(String.format("iris/step-%012d.safetensors", step));
    }

    /** Nothing of the file of a step can be read: a folder has its name. */
    private void lose(long step) throws IOException {
        Files.delete(file(step));
        Files.createDirectory(file(step));
    }

    /** The last bytes of the file cannot be trusted, which only reading the whole file shows. */
    private void damageTensor(long step) throws IOException {
        byte[] bytes = Files.readAllBytes(file(step));
        bytes[bytes.length - 1] ^= 1;
        Files.write(file(step), bytes);
    }

    private String digest(String at) {
        Cairn.Result shown = cairn("show", at, "--json");
        assertThat(shown.exit()).as(shown.err()).isZero();
        return shown.last().get("digest").textValue();
    }

    private Cairn.Result worksAndTells(long step, int exit, String... command) {
        Cairn.Result result = cairn(command);
        assertThat(result.exit()).as(List.of(command) + ": " + result.err()).isEqualTo(exit);
        assertThat(result.err()).contains("damaged checkpoint " + file(step)).contains("cannot be read: it is a folder");
        return result;
    }

    private void worksAsBefore(String... command) {
        Cairn.Result result = cairn(command);
        assertThat(result.exit()).as(List.of(command) + ": " + result.err()).isZero();
    }

    @Test
    void anOldOneThatNothingNeedsStopsNoCommand() throws IOException {
        lose(12);
        worksAsBefore("show", "iris");
        worksAsBefore("evaluate", "iris");
        worksAsBefore("export", "iris@30", temporary.resolve("w.npz").toString());
        worksAsBefore("goto", "iris", "20");
        worksAndTells(12, 1, "checkpoints", "iris");
        worksAndTells(12, 1, "log");
        worksAndTells(12, 0, "evaluate", "iris@best");
        worksAndTells(12, 0, "prune", "iris", "--keep", "last:2");
        worksAsBefore("resume", "iris", "--steps", "40");
        worksAsBefore("rollback", "iris", "--to", "30");
        assertThat(file(12)).isDirectory();
    }

    @Test
    void theNewestIsReplacedByTheOneBeforeIt() throws IOException {
        String before = digest("iris@30");
        String newest = digest("iris@36");
        lose(36);
        assertThat(worksAndTells(36, 0, "show", "iris", "--json").last().get("digest").textValue()).isEqualTo(before);
        worksAndTells(36, 0, "evaluate", "iris");
        worksAndTells(36, 0, "branch", "iris", "child");
        assertThat(digest("child@30")).isEqualTo(before);
        // The step itself is trained again.
        worksAndTells(36, 0, "diff", "iris@30", "iris@36");
        worksAndTells(36, 1, "show", "iris@36");
        // A resume trains it again and stores it; the folder that had its name is moved away.
        Cairn.Result resumed = worksAndTells(36, 0, "resume", "iris", "--steps", "36");
        assertThat(resumed.err()).contains("continues from the checkpoint before it");
        assertThat(digest("iris@36")).isEqualTo(newest);
        assertThat(file(36)).isRegularFile();
        assertThat(temporary.resolve("iris/moved-away-1-" + file(36).getFileName())).isDirectory();
    }

    /** A user who keeps checkpoints on another disk may put links in their place; a link to nothing is damage. */
    @Test
    void aLinkIsReadAndNeverReplaced() throws IOException {
        String newest = digest("iris@36");
        Path elsewhere = temporary.resolve("elsewhere.safetensors");
        Files.move(file(36), elsewhere);
        Files.createSymbolicLink(file(36), elsewhere);
        assertThat(digest("iris")).isEqualTo(newest);
        byte[] content = Files.readAllBytes(elsewhere);
        Files.delete(elsewhere);
        Cairn.Result gone = cairn("goto", "iris", "36");
        assertThat(gone.exit()).as(gone.err()).isZero();
        assertThat(gone.err()).contains("damaged checkpoint " + file(36), "a link to a file that is not there");
        assertThat(digest("iris")).isEqualTo(newest);
        Files.write(elsewhere, content);
        assertThat(temporary.resolve("iris/moved-away-1-" + file(36).getFileName())).isSymbolicLink().hasBinaryContent(content);
    }

    @Test
    void theBestIsTrainedAgainOrAnotherIsTakenAndNeitherIsSilent() throws IOException {
        long best = cairn("show", "iris@best", "--json").last().get("step").longValue();
        String digest = digest("iris@best");
        damageTensor(best);
        Cairn.Result evaluated = cairn("evaluate", "iris@best");
        assertThat(evaluated.exit()).as(evaluated.err()).isZero();
        assertThat(evaluated.out()).contains("iris at step " + best);
        assertThat(evaluated.err()).contains("damaged checkpoint " + file(best), "replaying 6 steps");
        Cairn.Result dry = cairn("prune", "iris", "--keep", "last:1", "--dry-run");
        assertThat(dry.err()).contains("damaged checkpoint " + file(best), "left alone");
        lose(best);
        Cairn.Result other = worksAndTells(best, 0, "evaluate", "iris@best");
        assertThat(other.out()).doesNotContain("iris at step " + best + ",");
        assertThat(digest("iris@best")).isNotEqualTo(digest);
        Cairn.Result resumed = cairn("resume", "iris", "--steps", "60", "--keep", "last:1");
        assertThat(resumed.exit()).as(resumed.err()).isZero();
    }
}
