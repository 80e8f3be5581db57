package cairn.gpu;

import java.util.Locale;

/** Numbers as a reader of the report sees them. */
final class Format {
    private Format() {
    }

    static String seconds(double seconds) {
        return String.format(Locale.ROOT, seconds < 9.95 ? "%.1f s" : "%.0f s", seconds);
    }

    static String millis(double seconds) {
        double ms = 1e3 * seconds;
        return String.format(Locale.ROOT, ms < 1 ? "%.3f ms" : ms < 100 ? "%.2f ms" : "%.0f ms", ms);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** The beginning of a digest, enough to tell two apart. */
    static String brief(String digest) {
        return digest.substring(0, Math.min(12, digest.length()));
    }
}
