package cairn.page;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.Cairn;
import cairn.data.source.DataFolders;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page that asks for the new points alone has the same curves as one that asks for all. */
class GrowingCurvesTest {
    @TempDir
    Path made;

    private Path folder;
    private OpenPage page;
    private final Map<String, NavigableMap<Long, String>> shown = new TreeMap<>();
    private long last = -1;
    private JsonNode marks;

    @BeforeEach
    void open() throws IOException {
        folder = made.resolve("moons");
        OpenPage.moons(folder);
        page = OpenPage.of(made, true, List.of()).enter();
        marks = page.json("/api/run/moons/curves").path("marks");
    }

    @AfterEach
    void close() throws IOException {
        page.close();
    }

    /** What the script of the page does. */
    private void look() throws IOException {
        long after = Math.max(-1, last - 1);
        JsonNode more = page.json("/api/run/moons/curves?after=" + after + "&most=2000");
        if (more.path("last").asLong() < last || !more.path("marks").equals(marks)) {
            after = -1;
            more = page.json("/api/run/moons/curves?after=-1&most=2000");
        }
        long kept = after;
        shown.values().forEach(points -> points.tailMap(kept, false).clear());
        take(more, shown);
        last = more.path("last").asLong();
        marks = more.path("marks");
    }

    private static void take(JsonNode answer, Map<String, NavigableMap<Long, String>> into) {
        for (JsonNode curve : answer.path("curves")) {
            NavigableMap<Long, String> points = into.computeIfAbsent(curve.path("name").asText(), name -> new TreeMap<>());
            for (int i = 0; i < curve.path("steps").size(); i++) {
                points.put(curve.path("steps").path(i).asLong(), curve.path("values").path(i) + " " + curve.path("low").path(i) + " "
                        + curve.path("high").path(i));
            }
        }
    }

    private void requireWhole() throws IOException {
        look();
        Map<String, NavigableMap<Long, String>> all = new TreeMap<>();
        take(page.json("/api/run/moons/curves"), all);
        shown.values().removeIf(Map::isEmpty);
        assertThat(shown).isEqualTo(all);
        assertThat(shown.get("train/loss").firstKey()).isLessThanOrEqualTo(1);
    }

    private void train(long... stages) throws IOException {
        try (Run run = Run.resume(folder, Workspace.of(DataFolders.of(), OpenPage.CLOCKS), ResumeOptions.standard())) {
            for (long until : stages) {
                run.train(TrainOptions.until(until).save("4").keep("all"));
                requireWhole();
            }
        }
    }

    @Test
    void whileItIsTrained() throws IOException {
        requireWhole();
        train(13, 14, 16, 21);
        assertThat(last).isEqualTo(21);
    }

    /** The steps that a page knows already are made again, or are not there any more. */
    @Test
    void afterItWentBack() throws IOException {
        requireWhole();
        train(20);
        assertThat(Cairn.run("rollback", "moons", "--to", "8", "--dir", made.toString()).exit()).isZero();
        requireWhole();
        assertThat(last).isEqualTo(8);
        train(12, 24);
    }

    /** Between two looks it went back and is farther than before. */
    @Test
    void afterItWentBackAndOnUnseen() throws IOException {
        requireWhole();
        assertThat(Cairn.run("rollback", "moons", "--to", "8", "--dir", made.toString()).exit()).isZero();
        assertThat(Cairn.run("resume", "moons", "--steps", "18", "--dir", made.toString()).exit()).isZero();
        requireWhole();
        assertThat(marks).isNotEmpty();
    }

    /** At the end of an epoch rows of the same step come one after the other: the loss of the step, that of the epoch, the evaluation. */
    @Test
    void rowsOfTheLastStepThatComeLaterAreNotMissed() throws IOException {
        requireWhole();
        shown.get("evaluation/loss").remove(12L);
        requireWhole();
        assertThat(shown.get("evaluation/loss")).containsKey(12L);
    }
}
