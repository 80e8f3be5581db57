package cairn.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** Everything that a lecturer does on the live page, in a real browser. Tests that only look come before those that train. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PageInBrowserTest {
    private static final String PICTURE = "document.querySelector('.picture canvas')";
    @TempDir
    static Path scratch;
    private static ServedPage page;
    private static Browser browser;

    @BeforeAll
    static void serve() throws IOException {
        Path runs = Files.createDirectory(scratch.resolve("runs"));
        Runs.train(runs, scratch);
        page = ServedPage.of(runs);
        browser = Browser.open();
        browser.prefer("light", false);
        browser.go(page.entrance());
        browser.await(PICTURE);
    }

    @AfterAll
    static void end() throws IOException {
        browser.close();
        page.close();
    }

    @BeforeEach
    void projector() {
        browser.size(Browser.PROJECTOR_WIDTH, Browser.PROJECTOR_HEIGHT);
        browser.prefer("light", false);
    }

    @AfterEach
    void nothingWentWrong() {
        browser.requireSilentConsole();
    }

    private static void open(String place) {
        browser.goAfresh(page.at(place));
        browser.await("document.querySelector('.place span')");
    }

    private static void awaitStep(long step) {
        browser.await("document.querySelector('.place span')?.textContent === 'step " + step + "'");
    }

    private static String proof() {
        return String.valueOf(browser.ask("document.querySelector('.digest').dataset.proof"));
    }

    @Test
    @Order(1)
    void theTokenIsUsedUpAndNeverStaysInTheAddress() {
        assertThat(browser.address()).contains("#run=").doesNotContain("token").matches(".*#run=[^&]*&step=latest.*");
        assertThat(browser.ask("document.cookie")).as("a script cannot read it").isEqualTo("");
    }

    @Test
    @Order(2)
    void aPlaneIsShownWithEverythingOfItsStep() {
        open("run=" + Runs.POINTS);
        browser.await(PICTURE);
        browser.await("document.querySelector('.rows td')");
        awaitStep(Runs.LAST);
        assertThat(proof()).isEqualTo("equal");
        assertThat(browser.text(".measures")).contains("accuracy").contains("%");
        assertThat(browser.ask("document.querySelectorAll('.matrix td').length")).isEqualTo(16L - 6);
        assertThat(browser.ask("document.querySelectorAll('.bars li').length")).isEqualTo(3L);
        assertThat(browser.ask("document.querySelectorAll('.u-wrap canvas').length")).isEqualTo(1L);
        assertThat(browser.ask("[...document.querySelectorAll('.command code')].every(c => c.textContent.startsWith('cairn '))"))
                .isEqualTo(true);
        assertThat(browser.ask("document.documentElement.scrollHeight <= innerHeight")).as("all on one screen").isEqualTo(true);
        browser.shoot("points-light");
    }

    @Test
    @Order(3)
    void theSliderReachesAStepThatWasNeverSaved() {
        open("run=" + Runs.POINTS);
        browser.await(PICTURE);
        browser.run("const s = document.querySelector('#slider'); s.value = " + Runs.EPOCH * 3 + "; s.dispatchEvent(new Event('input'))");
        awaitStep(Runs.EPOCH * 3);
        browser.await("document.querySelector('.digest code').title.length === 64");
        assertThat(browser.text(".why")).contains("made again");
        assertThat(browser.address()).contains("step=" + Runs.EPOCH * 3);
        browser.shoot("unsaved-step");
    }

    @Test
    @Order(4)
    void ofManyMovesOnlyTheNewestCounts() {
        open("run=" + Runs.POINTS + "&step=0");
        browser.await(PICTURE);
        browser.run("const s = document.querySelector('#slider'); window.before = performance.getEntriesByType('resource').length;"
                + " for (let i = 1; i <= 100; i++) { s.value = i; s.dispatchEvent(new Event('input')); }");
        awaitStep(100);
        assertThat((Long) browser.ask("performance.getEntriesByType('resource').slice(window.before)"
                + ".filter(e => /\\/at\\/\\d+[?]/.test(e.name)).length")).isBetween(1L, 3L);
    }

    @Test
    @Order(5)
    void aLinkRestoresTheView() {
        open("run=" + Runs.POINTS + "&step=31&picture=weights&tensor=model%2F2.dense%2Fweight&curves=rate&theme=dark&layers=update-ratio");
        awaitStep(31);
        browser.await("document.querySelector('.picture select')");
        assertThat(browser.ask("document.querySelector('.picture select').value")).isEqualTo("model/2.dense/weight");
        assertThat(browser.ask("document.documentElement.dataset.theme")).isEqualTo("dark");
        assertThat(browser.text(".of-curves [aria-pressed=true]")).isEqualTo("Rate");
        assertThat(browser.text(".layers [aria-pressed=true]")).isEqualTo("Update");
        browser.shoot("weights-dark");
    }

    @Test
    @Order(6)
    void imagesAndTablesHaveTheirOwnPictures() {
        open("run=" + Runs.IMAGES);
        browser.await("document.querySelector('.rows img.sheet')?.naturalWidth > 0 || document.querySelector('.rows td')");
        browser.await("document.querySelector('.picture img.tiles')?.naturalWidth > 0");
        browser.shoot("images-light");
        open("run=" + Runs.TABLE + "&theme=dark");
        browser.await("document.querySelector('.rows td')");
        browser.shoot("table-dark");
    }

    @Test
    @Order(7)
    void twoRunsAndTwoStepsCanBeSideBySide() {
        open("run=" + Runs.POINTS + "&step=90&beside=" + Runs.BRANCH + "@same&theme=dark");
        browser.await("document.querySelectorAll('.picture canvas').length === 2");
        browser.await("document.querySelectorAll('.place span').length === 2 && [...document.querySelectorAll('.place span')]"
                + ".every(p => p.textContent === 'step 90')");
        assertThat(browser.ask("[...document.querySelectorAll('.place b')].map(b => b.textContent).join()")).isEqualTo("arms,slower");
        browser.shoot("side-by-side-dark");
        browser.click(".view[data-role=right] .close");
        browser.await("document.querySelectorAll('.view').length === 1");
        open("run=" + Runs.POINTS + "&step=5");
        browser.await(PICTURE);
        browser.press("c");
        browser.await("document.querySelectorAll('.view').length === 2");
        assertThat(browser.address()).contains("beside=arms%405");
    }

    @Test
    @Order(8)
    void theTreeShowsWhatABranchChanged() {
        open("run=" + Runs.BRANCH);
        browser.await(PICTURE);
        assertThat(browser.text("#origin")).contains("branch of arms at step 60").contains("learning-rate 0.02 → 0.001");
        browser.await("document.querySelectorAll('.lane').length === 3");
        browser.press("t");
        browser.await("document.querySelector('#tree').open");
        assertThat(browser.text("#runs")).contains("slower").contains("from step 60").contains("digits");
        browser.shoot("tree");
        browser.press(Keys.ESCAPE);
        browser.click(".lane:first-child");
        browser.await("document.querySelector('#run-name').textContent === 'arms'");
    }

    @Test
    @Order(9)
    void namesThatAreCodeAreShownAsText() {
        open("run=" + java.net.URLEncoder.encode(Runs.HOSTILE, java.nio.charset.StandardCharsets.UTF_8).replace("+", "%20"));
        browser.await(PICTURE);
        assertThat(browser.text("#run-name")).isEqualTo(Runs.HOSTILE);
        browser.press("t");
        browser.await("document.querySelector('#tree').open");
        assertThat(browser.text("#runs")).contains(Runs.HOSTILE);
        assertThat(browser.ask("document.querySelectorAll('body script, img[onerror]').length")).isEqualTo(0L);
        browser.press(Keys.ESCAPE);
    }

    @Test
    @Order(10)
    void theKeyboardAloneIsEnough() {
        open("run=" + Runs.POINTS + "&step=50");
        awaitStep(50);
        browser.press(Keys.ARROW_RIGHT);
        awaitStep(51);
        browser.tabTo("#slider");
        assertThat(browser.ask("getComputedStyle(document.activeElement).outlineStyle")).as("the focus can be seen").isEqualTo("solid");
        browser.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT);
        awaitStep(49);
        browser.press(Keys.PAGE_UP);
        awaitStep(49 + Runs.EPOCH);
        browser.press(Keys.HOME);
        awaitStep(0);
        browser.press(Keys.END);
        awaitStep(Runs.LAST);
        browser.press("g");
        browser.press("7", Keys.ENTER);
        awaitStep(7);
        browser.press("d");
        browser.await("document.documentElement.dataset.theme === 'dark'");
        browser.press("?");
        browser.await("document.querySelector('#help').open");
        browser.shoot("keys-dark");
        browser.press(Keys.ESCAPE);
    }

    @Test
    @Order(11)
    void aPhoneScrollsInOneDirectionOnly() {
        browser.size(Browser.PHONE_WIDTH, Browser.PHONE_HEIGHT);
        for (String place : new String[] {"run=" + Runs.POINTS, "run=" + Runs.IMAGES, "run=" + Runs.BRANCH + "&beside=arms@same"}) {
            open(place);
            browser.await("document.querySelector('.rows td, .rows img')");
            assertThat(browser.ask("document.documentElement.scrollWidth")).as(place).isEqualTo((long) Browser.PHONE_WIDTH);
        }
        open("run=" + Runs.POINTS);
        browser.await(PICTURE);
        assertThat((Long) browser.ask("Math.round(document.querySelector('.buttons').getBoundingClientRect().height)"))
                .as("two rows of buttons").isLessThan(90);
        browser.shoot("phone");
        browser.size(Browser.PHONE_WIDTH, 2000);
        Browser.pause(600);
        browser.shoot("phone-whole");
    }

    @Test
    @Order(12)
    void theSchemeOfTheSystemIsTakenUntilOneIsChosen() {
        browser.prefer("dark", true);
        open("run=" + Runs.POINTS);
        browser.await(PICTURE);
        assertThat(browser.ask("document.documentElement.dataset.theme")).isEqualTo("dark");
        browser.await("document.querySelector('.rows td')");
        browser.shoot("points-dark");
        browser.prefer("light", true);
        browser.await("document.documentElement.dataset.theme === 'light'");
        assertThat(browser.ask("getComputedStyle(document.querySelector('.digest')).transitionProperty")).isEqualTo("none");
    }

    @Test
    @Order(13)
    void theOutsideIsNeverAsked() {
        open("run=" + Runs.POINTS);
        browser.await(PICTURE);
        assertThat(browser.ask("performance.getEntriesByType('resource').every(e => e.name.startsWith(location.origin))")).isEqualTo(true);
        assertThat(browser.ask("document.querySelectorAll('[style*=expression], script:not([src])').length")).isEqualTo(0L);
    }

    @Test
    @Order(14)
    void whatIsWrongIsSaidWithItsEvidenceItsStepAndItsCommands() {
        open("run=" + Runs.ILL + "&step=100");
        awaitStep(100);
        browser.press("e");
        browser.await("document.querySelector('.finding')");
        assertThat(browser.text("#explain")).contains("learning rate is too high", "ill from");
        assertThat(browser.ask("[...document.querySelectorAll('#explain .command code')].every(c => c.textContent.startsWith('cairn '))"))
                .isEqualTo(true);
        assertThat((Long) browser.ask("document.querySelectorAll('#explain .command code').length")).isGreaterThan(2);
        browser.shoot("explain");
        browser.click(".finding h3 button");
        browser.await("!document.querySelector('#explain').open");
        browser.await("document.querySelector('.place span').textContent !== 'step 100'");
        open("run=" + Runs.TABLE);
        browser.click("#open-explain");
        browser.await("document.querySelector('#explain .good')");
        assertThat(browser.text("#explain")).contains("Nothing found").contains("cairn explain flowers --quick");
        browser.press(Keys.ESCAPE);
    }

    @Test
    @Order(15)
    void withoutARunNothingLooksPressable() throws IOException {
        try (ServedPage empty = ServedPage.of(Files.createDirectory(scratch.resolve("empty")))) {
            browser.goAfresh(empty.entrance());
            browser.await("document.querySelector('#tree').open");
            assertThat(browser.ask("[...document.querySelectorAll('[data-do], [data-of-run]')].every(b => b.disabled)")).isEqualTo(true);
            browser.shoot("empty");
        }
        // The page of a server that has gone says so, and asks again and again.
        browser.await("document.querySelector('#link').dataset.lost === 'yes'");
        browser.goAfresh(page.at(""));
        browser.console();
    }

    /** Steps that the page shows are taken back by a command in another window. */
    @Test
    @Order(16)
    void curvesFollowARunThatGoesBack() {
        open("run=" + Runs.IMAGES);
        browser.await("document.querySelector('.plot')?.ariaLabel?.startsWith('Curves from step 1 to 120:')");
        Runs.cairn("rollback", Runs.IMAGES, "--to", "80", "--dir", scratch.resolve("runs").toString());
        browser.await("document.querySelector('.plot').ariaLabel.startsWith('Curves from step 1 to 80:')");
        browser.await("document.querySelector('#newest b').textContent === '80'");
    }

    @Test
    @Order(20)
    void aBranchWithAnotherRateTrainsOverTheOldLine() {
        open("run=" + Runs.POINTS + "&step=48");
        awaitStep(48);
        browser.press("b");
        browser.await("document.querySelector('#branch').open");
        browser.type("#value", "no number");
        browser.press(Keys.ENTER);
        browser.await("document.querySelector('#branch .note').textContent.length > 10");
        browser.shoot("branch-refused");
        assertThat(browser.console()).as("a browser tells what a server has refused").hasSize(1).allMatch(line -> line.contains("400"));
        browser.type("#value", "0.1");
        browser.type("#branch-name", "faster");
        browser.press(Keys.ENTER);
        browser.await("!document.querySelector('#branch').open && document.querySelector('#run-name').textContent === 'faster'");
        browser.await("Number(document.querySelector('#step').value) > 55");
        assertThat(browser.text("#origin")).contains("0.02 → 0.1");
        browser.await("document.querySelector('.legend .old')");
        browser.shoot("branch-trains");
        browser.press(" ");
        browser.await("!document.querySelector('[data-do=run]').hidden");
    }

    @Test
    @Order(21)
    void itStepsRunsAndPauses() {
        open("run=" + Runs.BRANCH);
        browser.await(PICTURE);
        long from = (Long) browser.ask("Number(document.querySelector('#slider').value)");
        browser.click("[data-do=step]");
        awaitStep(from + 1);
        browser.click("[data-do=step]");
        awaitStep(from + 2);
        browser.click("[data-do=run]");
        browser.await("Number(document.querySelector('#slider').value) > " + (from + 4));
        browser.shoot("running");
        if (Boolean.TRUE.equals(browser.ask("!document.querySelector('[data-do=pause]').hidden"))) {
            browser.press(" ");
        }
        browser.await("!document.querySelector('[data-do=run]').hidden");
    }

    @Test
    @Order(22)
    void aKilledTrainingComesBackToTheSameDigest() {
        open("run=" + Runs.BEGUN);
        browser.await(PICTURE);
        browser.click("[data-do=step]");
        awaitStep(61);
        browser.await("!document.querySelector('[data-do=kill]').disabled");
        browser.click("[data-do=kill]");
        browser.await("document.querySelectorAll('#killed code').length === 2");
        assertThat(browser.text("#killed")).contains("✓ equal");
        assertThat(browser.ask("new Set([...document.querySelectorAll('#killed code')].map(c => c.title)).size")).isEqualTo(1L);
        assertThat(browser.ask("document.querySelector('#killed code').title.length")).isEqualTo(64L);
        browser.shoot("killed");
        browser.press(Keys.ESCAPE);
    }

    @Test
    @Order(23)
    void itRunsAtTheSpeedThatIsChosen() {
        open("run=" + Runs.BEGUN + "&speed=5");
        browser.await(PICTURE);
        assertThat(browser.ask("document.querySelector('#speed').value")).isEqualTo("5");
        browser.click("[data-do=run]");
        browser.await("!document.querySelector('[data-do=pause]').hidden");
        assertThat(browser.text("#said")).contains("> run 5");
        browser.run("const s = document.querySelector('#speed'); s.value = 'full'; s.dispatchEvent(new Event('change'))");
        browser.await("document.querySelector('#newest b').textContent === '" + Runs.LAST + "'");
        assertThat(browser.address()).contains("speed=full");
    }

    @Test
    @Order(24)
    void backToHereMovesTheLaterStepsIntoARunOfTheirOwn() {
        open("run=" + Runs.POINTS + "&step=" + 2 * Runs.EPOCH);
        awaitStep(2 * Runs.EPOCH);
        browser.click("[data-do=back]");
        browser.await("document.querySelector('#newest b').textContent === '" + 2 * Runs.EPOCH + "'");
        browser.press("t");
        browser.await("document.querySelector('#tree').open");
        assertThat((Long) browser.ask("[...document.querySelectorAll('.run b')].filter(b => b.textContent.startsWith('arms')).length"))
                .isEqualTo(2L);
        browser.shoot("after-back");
        browser.press(Keys.ESCAPE);
    }
}
