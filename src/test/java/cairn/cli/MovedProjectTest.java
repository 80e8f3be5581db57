package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A project, which is a recipe with its data and its runs, goes on at another place. */
class MovedProjectTest {
    @TempDir
    Path folder;

    private Path project;

    @BeforeEach
    void train() throws IOException {
        project = Files.createDirectories(folder.resolve("old/project"));
        StringBuilder rows = new StringBuilder("a,b,kind\n");
        for (int i = 0; i < 40; i++) {
            rows.append(i).append(',').append(i * 7 % 13).append(',').append(i % 2 == 0 ? "even" : "odd").append('\n');
        }
        Files.writeString(project.resolve("rows.csv"), rows);
        Files.writeString(project.resolve("mine.yaml"), """
                name: mine
                data: {set: csv, file: rows.csv, label: kind}
                model: [dense: {units: 2}]
                """);
        assertThat(Cairn.on(project.resolve("checkpoints"), "train", project.resolve("mine.yaml").toString(), "--epochs", "1").exit()).isZero();
    }

    private static Cairn.Result on(Path project, String... words) {
        return Cairn.on(project.resolve("checkpoints"), words);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void runAndDataThatAreMovedTogetherFitEachOther(boolean isOfThisVersion) throws IOException {
        Path facts = project.resolve("checkpoints/mine/run.json");
        assertThat(Files.readString(facts)).contains("data-folders-from-run");
        if (!isOfThisVersion) {
            Files.writeString(facts, Files.readString(facts).replace("data-folders-from-run", "unknown"));
        }
        Path moved = Files.move(project, folder.resolve("moved"));
        for (String[] words : new String[][] {{"evaluate", "mine"}, {"resume", "mine", "--epochs", "2"}, {"verify", "mine", "--replay"},
            {"goto", "mine", "1"}, {"branch", "mine", "other", "--set", "seed=3"}, {"resume", "other", "--epochs", "3"}}) {
            Cairn.Result result = on(moved, words);
            assertThat(result.exit()).as(words[0] + " " + result.err()).isZero();
        }
        Path again = Files.move(moved, folder.resolve("again"));
        assertThat(on(again, "resume", "other", "--epochs", "4").exit()).isZero();
    }

    @Test
    void dataThatIsMovedAloneIsNamedOnceAndRemembered() throws IOException {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.move(project.resolve("rows.csv"), elsewhere.resolve("rows.csv"));
        Cairn.Result refused = on(project, "resume", "mine", "--epochs", "2");
        assertThat(refused.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(refused.err()).contains("cannot find the data rows.csv", "--data", "CAIRN_DATA");
        Cairn.Result named = on(project, "resume", "mine", "--epochs", "2", "--data", elsewhere.toString());
        assertThat(named.exit()).as(named.err()).isZero();
        for (String[] words : new String[][] {{"evaluate", "mine"}, {"resume", "mine", "--epochs", "3"}}) {
            assertThat(on(project, words).exit()).as(words[0]).isZero();
        }
    }

    /** Other rows under the same name are refused by their digest, wherever they are found. */
    @Test
    void otherRowsAtTheNewPlaceAreRefused() throws IOException {
        Path moved = Files.move(project, folder.resolve("moved"));
        Files.writeString(moved.resolve("rows.csv"), Files.readString(moved.resolve("rows.csv")).replace("39,", "38,"));
        assertThat(on(moved, "resume", "mine", "--epochs", "2").err()).contains("data/digest");
    }
}
