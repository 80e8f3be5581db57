package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file counts for the step that is in it, whatever its name says: a copy or a renamed checkpoint makes no step that was never trained. */
class RenamedTest {
    private static final long LARGE = 900_000;

    @TempDir
    private static Path trained;

    @TempDir
    private Path temporary;

    /** Steps 0, 6, ..., 36, and then to 48. */
    @BeforeAll
    static void train() {
        for (String[] words : List.of(new String[] {"train", "iris", "--steps", "36"}, new String[] {"train", "iris", "--run", "longer", "--steps",
                "48"})) {
            Cairn.Result result = Cairn.run(Stream.concat(Stream.of(words), Stream.of("--save-every", "1ep", "--keep", "all", "--dir",
                    trained.toString())).toArray(String[]::new));
            assertThat(result.exit()).as(result.err()).isZero();
        }
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

    private List<Long> steps() {
        return cairn("checkpoints", "iris", "--json").events("checkpoint").stream().map(l -> l.get("step").longValue()).toList();
    }

    private static String digest(Path runs, String at) {
        Cairn.Result shown = Cairn.run("show", at, "--json", "--dir", runs.toString());
        assertThat(shown.exit()).as(shown.err()).isZero();
        return shown.last().get("digest").textValue();
    }

    private void assertTold(Cairn.Result result, long step, long content) {
        assertThat(result.err() + result.out()).contains(file(step).toString(), "it holds step " + content + ": the file has been renamed");
    }

    @Test
    void aCopyUnderALaterNameMakesNoStepReachable() throws IOException {
        Files.copy(file(36), file(LARGE));
        for (String[] command : List.of(new String[] {"goto", "iris", "100"}, new String[] {"goto", "iris", Long.toString(LARGE)},
                new String[] {"rollback", "iris", "--to", "100"}, new String[] {"evaluate", "iris@100"}, new String[] {"show", "iris@100"},
                new String[] {"branch", "iris@100", "child"}, new String[] {"verify", "iris", "--replay=..100"})) {
            Cairn.Result refused = cairn(command);
            assertThat(refused.exit()).as(List.of(command) + refused.err()).isEqualTo(ExitCode.USAGE);
            assertThat(refused.err()).contains("cannot be reached: it was trained to step 36");
            assertTold(refused, LARGE, 36);
        }
        assertTold(cairn("show", "iris@" + LARGE), LARGE, 36);
        Cairn.Result latest = cairn("show", "iris", "--json");
        assertThat(latest.last().get("step").longValue()).isEqualTo(36);
        assertTold(latest, LARGE, 36);
        assertTold(cairn("checkpoints", "iris"), LARGE, 36);
        assertTold(cairn("verify", "iris"), LARGE, 36);
        assertTold(cairn("prune", "iris", "--keep", "last:1"), LARGE, 36);
        assertThat(steps()).contains(36L).doesNotContain(LARGE, 30L);
        assertThat(file(LARGE)).exists();
        // There is something to do.
        Cairn.Result resumed = cairn("resume", "iris", "--steps", "48");
        assertThat(resumed.exit()).as(resumed.err()).isZero();
        assertTold(resumed, LARGE, 36);
        assertThat(digest(temporary, "iris@48")).isEqualTo(digest(trained, "longer@48"));
    }

    /** Nothing of it is lost when the run comes to the step that the name says. */
    @Test
    void aRenamedFileIsNotTakenForTheStepOfItsNameAndIsNotOverwritten() throws IOException {
        Files.move(file(36), file(42));
        assertThat(digest(temporary, "iris@36")).as("trained again").isEqualTo(digest(trained, "longer@36"));
        Cairn.Result resumed = cairn("resume", "iris", "--steps", "48", "--save-every", "1ep", "--keep", "all");
        assertThat(resumed.exit()).as(resumed.err()).isZero();
        assertTold(resumed, 42, 36);
        for (long step : List.of(36, 42, 48)) {
            assertThat(digest(temporary, "iris@" + step)).isEqualTo(digest(trained, "longer@" + step));
        }
        assertThat(temporary.resolve("iris/moved-away-1-" + file(42).getFileName()))
                .hasBinaryContent(Files.readAllBytes(trained.resolve("iris").resolve(file(36).getFileName())));
    }
}
