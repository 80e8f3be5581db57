package cairn.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A window of Chromium without a screen. */
final class Browser implements Closeable {
    static final int PROJECTOR_WIDTH = 1280;
    static final int PROJECTOR_HEIGHT = 720;
    static final int PHONE_WIDTH = 390;
    static final int PHONE_HEIGHT = 844;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Path PICTURES = Path.of("target", "browser");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    static Browser open() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(System.getProperty("cairn.chromium", "/usr/bin/chromium"));
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(System.getProperty("cairn.chromedriver", "/usr/bin/chromedriver"))).build();
        Browser browser = new Browser(new ChromeDriver(service, options));
        browser.driver.manage().timeouts().scriptTimeout(PATIENCE);
        browser.size(PROJECTOR_WIDTH, PROJECTOR_HEIGHT);
        return browser;
    }

    /** The size of the page in points; a narrow one is that of a phone. */
    void size(int width, int height) {
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height, "deviceScaleFactor", 1,
                "mobile", width < 500));
    }

    /** What the system of the user prefers: {@code dark} or {@code light}, and whether it should move. */
    void prefer(String scheme, boolean reducesMotion) {
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(
                Map.of("name", "prefers-color-scheme", "value", scheme),
                Map.of("name", "prefers-reduced-motion", "value", reducesMotion ? "reduce" : "no-preference"))));
    }

    void go(String address) {
        driver.get(address);
    }

    /** Goes to an address as if it were opened for the first time. */
    void goAfresh(String address) {
        driver.get("about:blank");
        driver.get(address);
    }

    String address() {
        return driver.getCurrentUrl();
    }

    /** The value of an expression of JavaScript. */
    Object ask(String expression) {
        return driver.executeScript("return " + expression);
    }

    void run(String script) {
        driver.executeScript(script);
    }

    /** Waits until an expression of JavaScript is true. */
    void await(String expression) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Boolean.TRUE.equals(ask("!!(" + expression + ")"))) {
            if (System.nanoTime() > end) {
                shoot("failed");
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + expression + "\n" + ask("document.body.innerText") + "\n"
                        + console());
            }
            pause(50);
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String text(String selector) {
        return String.valueOf(ask("document.querySelector('" + selector + "').innerText"));
    }

    void click(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    void type(String selector, String text) {
        driver.findElement(By.cssSelector(selector)).clear();
        driver.findElement(By.cssSelector(selector)).sendKeys(text);
    }

    /** Presses keys where the focus is. */
    void press(CharSequence... keys) {
        for (CharSequence key : keys) {
            new Actions(driver).sendKeys(key).perform();
        }
    }

    /** Presses Tab until the focus is on an element. */
    void tabTo(String selector) {
        for (int i = 0; i < 80; i++) {
            press(Keys.TAB);
            if (Boolean.TRUE.equals(ask("document.activeElement.matches('" + selector + "')"))) {
                return;
            }
        }
        throw new AssertionError("80 times Tab do not reach " + selector);
    }

    /** Messages of the browser since the last call. */
    List<String> console() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::toString).toList();
    }

    /** Neither an error of a script nor a breach of the security policy. */
    void requireSilentConsole() {
        assertThat(console()).isEmpty();
    }

    /** A picture of the page as it is. */
    void shoot(String name) {
        try {
            Files.createDirectories(PICTURES);
            Files.write(PICTURES.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
