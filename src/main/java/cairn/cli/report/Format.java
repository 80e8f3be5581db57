package cairn.cli.report;

import cairn.recipe.Position;
import cairn.recovery.Fault;
import cairn.recovery.RecoveryAction;
import cairn.run.Event;
import cairn.tensor.device.FreeMemory;
import cairn.train.device.DatasetTooLarge;
import cairn.words.ByteSize;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

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

    /** What becomes of training rows that do not fit on a card. */
    public static String leftOut(DatasetTooLarge rows) {
        return "the training rows would take " + size(rows.bytes()) + " " + FreeMemory.place() + ", which has " + size(rows.room())
                + " for them (half of what is free beside the arrays): each batch is made on the host and sent";
    }

    /** What a recovery rule did, and why. */
    static String intervention(RecoveryAction i) {
        String why = i.fault().kind() == Fault.Kind.SPIKE
                ? "the loss of " + real(i.fault().value()) + " is above " + real(i.fault().limit())
                : "the " + i.fault().what() + " is " + i.fault().value();
        return "recovery " + i.number() + " of " + i.atMost() + " at step " + i.fault().step() + ": " + why + "; batch skipped"
                + (i.backTo() < i.fault().step() ? ", weights back to step " + i.backTo() : "")
                + (i.rateFactor() < 1 ? ", learning rate times " + real(i.rateFactor()) : "");
    }

    /** The largest of each statistic of a step, and where it is. */
    static String extremes(Event.Measured e) {
        Map<String, Map.Entry<String, Double>> largest = new LinkedHashMap<>();
        e.values().entrySet().forEach(v -> largest.merge(v.getKey().substring(0, v.getKey().indexOf('/')), v,
                (a, b) -> Double.compare(b.getValue(), a.getValue()) > 0 ? b : a));
        return "watch step " + e.position().step() + ": largest " + largest.entrySet().stream().map(l -> l.getKey() + " "
                + (l.getKey().equals("dead") || l.getKey().equals("saturated") ? share(l.getValue().getValue()) : real(l.getValue().getValue()))
                + " (" + l.getValue().getKey().substring(l.getKey().length() + 1) + ")").collect(Collectors.joining(", "));
    }

    /** {@code 1 row}, {@code 2 rows}. */
    public static String count(long count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }
}
