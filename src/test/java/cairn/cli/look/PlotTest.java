package cairn.cli.look;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.Cairn;
import cairn.cli.terminal.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlotTest {
    @TempDir
    static Path made;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeTheRuns() {
        String end = Cairn.on(made, "train", "iris", "--epochs", "3", "--watch", "2", "--save-every", "6", "--keep", "all").out();
        assertThat(end.lines().reduce((a, b) -> b)).contains("see it: cairn plot iris --dir " + made);
        Cairn.on(made, "branch", "iris@6", "slower", "--set", "optimizer.learning-rate=0.001");
        Cairn.on(made, "resume", "slower", "--epochs", "4");
    }

    @BeforeEach
    void copyTheRuns() throws IOException {
        for (String run : List.of("iris", "slower")) {
            Cairn.copy(made, folder, run);
        }
    }

    private Cairn.Result plot(String out, String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "plot";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "-o";
        all[words.length + 2] = folder.resolve(out).toString();
        return Cairn.on(folder, all);
    }

    private String svg(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    @Test
    void oneRunHasPlotsOfEverythingThatWasRecorded() throws IOException {
        Cairn.Result result = plot("iris.svg", "iris");
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).contains("figure: " + folder.resolve("iris.svg"));
        assertThat(svg("iris.svg")).contains(">iris</text>", ">loss</text>", ">training, each step</text>", ">training, mean of an epoch</text>",
                ">validation</text>", ">accuracy</text>", ">learning rate</text>", ">update-ratio</text>", ">0.dense</text>");
    }

    @Test
    void severalRunsAreToldApartByWhatDiffers() throws IOException {
        assertThat(plot("both.svg", "iris", "slower").exit()).isZero();
        assertThat(svg("both.svg")).contains(">iris, slower</text>", ">iris: optimizer.learning-rate 0.01</text>",
                ">slower: optimizer.learning-rate 0.001</text>", ">validation loss</text>", ">branch</text>");
    }

    @Test
    void aBranchIsDrawnWithItsParent() throws IOException {
        Cairn.Result result = plot("slower.svg", "slower");
        assertThat(result.out()).contains("step 6: branch, branch of iris: optimizer.learning-rate 0.01 -> 0.001");
        assertThat(svg("slower.svg")).contains(">slower, a branch of iris at step 6</text>", ">the parent, before the branch</text>",
                ">branch, resume</text>");
    }

    /** Without a name of a file it goes into the folder in which the command was given. */
    @Test
    void theUsualFileIsNamedAfterTheRun() throws IOException {
        Path run = folder.resolve("iris").resolveSibling("plotted-in-a-test");
        Files.move(folder.resolve("iris"), run);
        Path figure = Path.of("plotted-in-a-test.svg");
        try {
            Cairn.Result result = Cairn.on(folder, "plot", "plotted-in-a-test");
            assertThat(result.exit()).as(result.err()).isZero();
            assertThat(result.out()).startsWith("figure: plotted-in-a-test.svg");
            assertThat(figure).exists();
        } finally {
            Files.deleteIfExists(figure);
        }
    }

    @Test
    void aPngIsDrawnToo() throws IOException {
        assertThat(plot("iris.png", "iris").exit()).isZero();
        assertThat(ImageIO.read(new ByteArrayInputStream(Files.readAllBytes(folder.resolve("iris.png")))).getWidth()).isEqualTo(1720);
    }

    @Test
    void anEarlierFigureIsReplacedAndNoOtherFile() throws IOException {
        for (String name : List.of("iris.svg", "iris.png")) {
            plot(name, "iris");
            assertThat(plot(name, "iris").out()).contains(", in place of the one before");
            Files.writeString(folder.resolve(name), "mine");
            Cairn.Result refused = plot(name, "iris");
            assertThat(refused.exit()).isNotZero();
            assertThat(refused.err()).contains(name, "cairn plot did not make it", "not replaced");
            assertThat(svg(name)).isEqualTo("mine");
        }
    }

    @Test
    void seriesAndStepsAreChosen() throws IOException {
        assertThat(plot("few.svg", "iris", "--series", "watch/update-ratio/*,evaluation/loss", "--from", "4", "--to", "12").exit()).isZero();
        assertThat(svg("few.svg")).contains(">update-ratio</text>", ">loss</text>").doesNotContain("accuracy", "gradient");
        Cairn.Result unknown = plot("no.svg", "iris", "--series", "evaluation/los");
        assertThat(unknown.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(unknown.err()).contains("evaluation/los", "evaluation/loss");
        assertThat(plot("no.svg", "iris", "--from", "9", "--to", "8").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(plot("no.svg", "iris", "--from", "9000").err()).contains("nothing was recorded from step 9000 on");
        assertThat(plot("no.pdf", "iris").err()).contains("ends in .svg or .png");
        assertThat(folder.resolve("no.svg")).doesNotExist();
    }

    @Test
    void ofADamagedJournalThatPartIsDrawnThatCanBeRead() throws IOException {
        Path journal = folder.resolve("iris/journal.csv");
        List<String> lines = new ArrayList<>(Files.readAllLines(journal));
        lines.set(lines.size() / 2, lines.get(lines.size() / 2).replaceAll(".{8}$", "00000000"));
        Files.write(journal, lines);
        Cairn.Result result = plot("iris.svg", "iris");
        assertThat(result.exit()).isZero();
        assertThat(result.err()).contains("journal.csv", "line " + (lines.size() / 2 + 1));
    }

    @Test
    void aRunWithoutNumbersIsRefused() throws IOException {
        Files.delete(folder.resolve("iris/journal.csv"));
        Cairn.Result result = plot("iris.svg", "iris");
        assertThat(result.exit()).isNotZero();
        assertThat(result.err()).contains("iris has no numbers yet");
        assertThat(folder.resolve("iris.svg")).doesNotExist();
    }

    @Test
    void programsGetOneObject() {
        assertThat(plot("iris.svg", "iris", "--json").events("plot")).singleElement().satisfies(e -> {
            assertThat(e.get("file").asText()).endsWith("iris.svg");
            assertThat(e.get("plots").size()).isGreaterThan(3);
        });
    }
}
