package cairn.cli.report;

import cairn.recipe.Position;
import cairn.words.ByteSize;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/** How numbers are written for people. */
public final class Format {
    private static final int DIGEST_CHARACTERS = 12;

    private Format() {
    }

    /** The beginning of a digest, long enough to tell two apart. */
    public static String brief(String digest) {
        return digest.substring(0, Math.min(DIGEST_CHARACTERS, digest.length()));
    }

    /** {@code 3} at the end of an epoch, {@code 3.25} within one. */
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

    /** A number that may be {@code unknown}. */
    static String known(OptionalDouble value, DoubleFunction<String> written) {
        return value.isPresent() ? written.apply(value.getAsDouble()) : "unknown";
    }

    /** {@code 3 files deleted, 1.2 MB freed}; in a dry run {@code 3 files would be deleted, ...}. */
    public static String deletion(int count, String thing, long bytes, boolean isDryRun) {
        String done = isDryRun ? " would be" : "";
        return count(count, thing) + done + " deleted, " + ByteSize.text(bytes) + done + " freed";
    }

    /** {@code 1 row}, {@code 2 rows}. */
    public static String count(long count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }
}
