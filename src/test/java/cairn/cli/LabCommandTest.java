package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabCommandTest {

    @Test
    void withoutANameTheExperimentsAreListed() {
        Cairn.Result list = Cairn.run("lab");
        assertThat(list.exit()).isZero();
        assertThat(list.out()).contains("forget", "when", "cairn lab EXPERIMENT");
        assertThat(list.out().lines()).allMatch(line -> line.length() <= Terminal.USUAL_WIDTH);
        assertThat(Cairn.run("lab", "--json").events("experiment")).anyMatch(e -> e.get("name").textValue().equals("when"));
    }

    @Test
    void anExperimentPrintsItsTableAndFindingsAndWritesItsFiles(@TempDir Path folder) throws Exception {
        Cairn.Result result = Cairn.run("lab", "own", "--out", folder.resolve("out").toString(), "--quick");
        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("one and two", "- It is 3.", "own.md");
        assertThat(Files.readString(folder.resolve("out/own.md"))).contains("It is 3.");
        assertThat(folder.resolve("out/own.png")).isNotEmptyFile();
    }

    @Test
    void jsonGivesRowsFindingsAndFiles(@TempDir Path folder) {
        Cairn.Result result = Cairn.run("lab", "own", "--out", folder.toString(), "--json");
        assertThat(result.events("row").get(0).get("sum").doubleValue()).isEqualTo(3);
        assertThat(result.events("finding")).hasSize(1);
        assertThat(result.last().get("files")).hasSize(5);
    }

    @Test
    void anUnknownExperimentIsAUsageErrorWithASuggestion() {
        Cairn.Result result = Cairn.run("lab", "butterflies");
        assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("there is no experiment 'butterflies'").contains("known: ");
    }

    @Test
    void aFolderThatIsAFileIsRefusedBeforeAnythingIsTrained(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("results"), "mine");
        Cairn.Result result = Cairn.run("lab", "forget", "--out", file.toString());
        assertThat(result.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("cannot write results into " + file + ": it is a file").contains("--out");
        assertThat(Files.readString(file)).isEqualTo("mine");
    }
}
