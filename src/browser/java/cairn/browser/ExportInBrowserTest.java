package cairn.browser;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.Cairn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** A page in one file, opened from disk. */
class ExportInBrowserTest {
    @TempDir
    static Path scratch;
    private static Browser browser;

    @BeforeAll
    static void write() throws IOException {
        Path runs = Files.createDirectory(scratch.resolve("runs"));
        Runs.train(runs, scratch);
        for (String run : List.of(Runs.POINTS, Runs.IMAGES, Runs.TABLE, Runs.HOSTILE)) {
            Cairn.Result result = Cairn.run("page", run, "--dir", runs.toString(), "-o", file(run).toString(), "--at", "0,10..12,60");
            assertThat(result.exit()).as(result.err()).isZero();
        }
        browser = Browser.open();
        browser.prefer("light", false);
    }

    private static Path file(String run) {
        return scratch.resolve(run.replaceAll("\\W", "-") + ".html");
    }

    @AfterAll
    static void end() {
        browser.close();
    }

    @AfterEach
    void nothingWentWrong() {
        browser.requireSilentConsole();
    }

    private static void open(String run, String place) {
        browser.goAfresh(file(run).toUri() + place);
        browser.await("document.querySelector('.place span')");
    }

    private static void awaitStep(long step) {
        browser.await("document.querySelector('.place span')?.textContent === 'step " + step + "'");
    }

    @Test
    void itOpensFromDiskAndTheSliderGoesOverItsSteps() {
        open(Runs.POINTS, "");
        browser.await("document.querySelector('.picture canvas')");
        awaitStep(60);
        browser.press(Keys.ARROW_LEFT);
        awaitStep(12);
        browser.press(Keys.ARROW_LEFT);
        awaitStep(11);
        browser.run("const s = document.querySelector('#slider'); s.value = 40; s.dispatchEvent(new Event('input'))");
        awaitStep(60);
        browser.await("document.querySelector('.rows td')");
        assertThat(browser.ask("document.querySelectorAll('.u-wrap canvas').length")).isEqualTo(1L);
        assertThat(browser.ask("performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length")).isEqualTo(0L);
        browser.shoot("export-points");
    }

    @Test
    void whatNeedsAServerIsNotThere() {
        open(Runs.POINTS, "");
        assertThat(browser.ask("[...document.querySelectorAll('[data-do], #open-branch, .acts')].some(b => b.offsetParent)")).isEqualTo(false);
        browser.press("k", "s", "b", " ");
        assertThat(browser.ask("document.querySelectorAll('dialog[open]').length")).isEqualTo(0L);
    }

    @Test
    void aLinkIntoItRestoresTheView() {
        open(Runs.IMAGES, "#step=11&theme=dark&picture=weights");
        awaitStep(11);
        assertThat(browser.ask("document.documentElement.dataset.theme")).isEqualTo("dark");
        browser.await("document.querySelector('.picture img.tiles')?.naturalWidth > 0");
        browser.shoot("export-images-dark");
    }

    @Test
    void twoOfItsStepsCanBeSideBySide() {
        open(Runs.POINTS, "#step=60&beside=" + Runs.POINTS + "@10");
        browser.await("document.querySelectorAll('.picture canvas').length === 2");
        browser.await("[...document.querySelectorAll('.place span')].map(p => p.textContent).join() === 'step 60,step 10'");
    }

    @Test
    void aTableAndANameThatIsCodeWorkToo() {
        open(Runs.TABLE, "");
        browser.await("document.querySelector('.rows td')");
        open(Runs.HOSTILE, "");
        browser.await("document.querySelector('.picture canvas')");
        assertThat(browser.text("#run-name")).isEqualTo(Runs.HOSTILE);
    }
}
