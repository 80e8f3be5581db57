/**
 * The page in a real browser: Chromium, driven by Selenium. Needs the Debian packages {@code chromium} and {@code chromium-driver}; run by
 * {@code mvn -Pbrowser test}, which leaves screenshots in {@code target/browser}.
 */
package cairn.browser;
