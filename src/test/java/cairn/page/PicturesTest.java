package cairn.page;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page shows of a step, of a run of images and of one of points. */
class PicturesTest {
    private static final Recipe DIGITS = Recipe.parse("""
            name: digits
            data: {set: digits, batch-size: 64}
            model: [conv2d: {filters: 4, kernel: 3}, relu, flatten, dense: {units: 10}]
            evaluate: {every: 4}
            """, "test");

    @TempDir
    static Path made;

    private static OpenPage page;

    @BeforeAll
    static void open() throws IOException {
        OpenPage.moons(made.resolve("moons"));
        try (Run run = Run.create(made.resolve("digits"), DIGITS, Workspace.of(DataFolders.standard(), OpenPage.CLOCKS))) {
            run.train(TrainOptions.until(8).save("4").keep("all"));
        }
        page = OpenPage.of(made, true, List.of()).enter();
    }

    @AfterAll
    static void close() throws IOException {
        page.close();
    }

    @Test
    void aRunOfImagesHasSheetsAndTiles() throws IOException {
        JsonNode run = page.json("/api/run/digits");
        assertThat(run.path("kind").asText()).isEqualTo("images");
        assertThat(run.path("classes")).hasSize(10);
        assertThat(run.path("stored").toString()).isEqualTo("[0,4,8]");
        assertThat(run.path("layers").toString()).isEqualTo("[\"0.conv2d\",\"3.dense\"]");
        assertThat(run.path("settings").path("optimizer.learning-rate").asText()).isEqualTo("0.001");
        JsonNode rows = page.json("/api/run/digits/at/5/rows?part=test&choice=wrong&count=7");
        assertThat(rows.path("rows")).hasSizeBetween(1, 7);
        assertThat(rows.path("command").asText()).contains("cairn rows digits@5 --part test --wrong");
        picture(rows.path("sheet").asText());
        JsonNode kernel = page.json("/api/run/digits/at/5/tensor?path=model/0.conv2d/weight");
        assertThat(kernel.path("histogram").path("counts")).isNotEmpty();
        picture(kernel.path("tiles").asText());
        assertThat(page.json("/api/run/digits/at/5/tensor?path=model/3.dense/bias").path("tiles").isNull()).isTrue();
        assertThat(page.get("/api/run/digits/at/5/boundary").status()).isEqualTo(404);
    }

    private static void picture(String url) throws IOException {
        OpenPage.Reply png = page.get(url);
        assertThat(png.headers()).containsEntry("content-type", "image/png");
        assertThat(ImageIO.read(new ByteArrayInputStream(png.body())).getWidth()).isPositive();
    }

    @Test
    void aRunOfPointsHasABoundary() throws IOException {
        assertThat(page.json("/api/run/moons").path("kind").asText()).isEqualTo("points");
        JsonNode boundary = page.json("/api/run/moons/at/6/boundary?cells=9");
        assertThat(boundary.path("probability")).hasSize(2 * 81);
        assertThat(boundary.path("rows")).hasSize(60);
        JsonNode rows = page.json("/api/run/moons/at/6/rows?part=train");
        assertThat(rows.path("sheet").isNull()).isTrue();
        assertThat(page.get("/api/run/moons/at/6/sheet.png").status()).isEqualTo(404);
    }

    /** The slider: a step that was never saved is trained again; where a digest is recorded, it is the same. */
    @Test
    void aStepThatWasNeverSavedIsReached() throws IOException {
        JsonNode never = page.json("/api/run/moons/at/7");
        assertThat(never.path("digest").asText()).hasSize(64);
        assertThat(never.path("recorded").isNull()).isTrue();
        assertThat(never.path("equal").isNull()).isTrue();
        assertThat(never.path("measures").path("accuracy").path("high").asDouble()).isPositive();
        assertThat(never.path("layers").size()).isPositive();
        assertThat(never.path("confusion").path("counts")).hasSize(2);
        JsonNode saved = page.json("/api/run/moons/at/8");
        assertThat(saved.path("equal").asBoolean()).isTrue();
        assertThat(saved.path("recorded").asText()).isEqualTo(saved.path("digest").asText());
        assertThat(page.json("/api/run/moons/at/7").path("digest").asText()).isEqualTo(never.path("digest").asText());
    }

    @Test
    void theCurvesAreThoseOfTheJournal() throws IOException {
        JsonNode curves = page.json("/api/run/moons/curves?after=4&most=100");
        assertThat(curves.path("last").asLong()).isEqualTo(12);
        for (JsonNode curve : curves.path("curves")) {
            assertThat(curve.path("steps").path(0).asLong()).isGreaterThan(4);
            assertThat(curve.path("values").size()).isEqualTo(curve.path("steps").size());
        }
        assertThat(curves.path("curves").toString()).contains("\"train/loss\"", "\"evaluation/accuracy\"");
        assertThat(page.json("/api/run/moons/explain").path("command").asText()).contains("cairn explain moons");
    }
}
