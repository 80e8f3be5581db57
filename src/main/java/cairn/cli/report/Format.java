package cairn.cli.report;

import cairn.recipe.Position;
import cairn.words.ByteSize;
import java.util.Locale;

/** How numbers are written for people. */
public final class Format {
    private static final int DIGEST_CHARACTERS = 12;

    private Format() {
    }

    /** The beginning of a digest, enough to tell two apart by eye. */
    public static String brief(String digest) {
        return digest.substring(0, Math.min(DIGEST_CHARACTERS, digest.length()));
    }

    /** {@code 3}, or {@code 3.25} within an epoch. */
    public static String epoch(Position position) {
        return position.stepInEpoch() == 0 ? Long.toString(position.epoch()) : String.format(Locale.ROOT, "%.2f", position.epochs());
    }

    /** Four digits of a real number. */
    public static String real(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    /** {@code 98.21 %}. */
    public static String share(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** {@code 714 B}, {@code 12.3 kB}, {@code 5.61 MB}. */
    public static String size(long bytes) {
        return ByteSize.text(bytes);
    }

    /** {@code 3 files deleted, 1.2 MB freed}, or what would be in a dry run. */
    public static String deletion(int count, String thing, long bytes, boolean isDryRun) {
        String done = isDryRun ? " would be" : "";
        return count(count, thing) + done + " deleted, " + size(bytes) + done + " freed";
    }

    /** {@code 1 row}, {@code 2 rows}. */
    public static String count(long count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }
}
