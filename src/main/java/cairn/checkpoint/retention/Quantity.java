package cairn.checkpoint.retention;

import cairn.words.Spelling;
import cairn.words.WordReader;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whole numbers with a unit: {@code 2GB}, {@code 90m}. They are written with the unit that gives the smallest number. */
final class Quantity {
    private static final Map<String, Long> BYTES = units("B", 1, "KB", 1000, "KiB", 1L << 10, "MB", 1_000_000, "MiB", 1L << 20,
            "GB", 1_000_000_000, "GiB", 1L << 30, "TB", 1_000_000_000_000L, "TiB", 1L << 40);
    private static final Map<String, Long> MILLIS = units("ms", 1, "s", 1000, "m", 60_000, "h", 3_600_000, "d", 86_400_000);

    private Quantity() {
    }

    static String ofBytes(long bytes) {
        return written(bytes, BYTES);
    }

    /** The size with one digit that is not 0, rounded down, as {@link #bytes} reads it. */
    static String round(long bytes) {
        long place = 1;
        while (bytes / place >= 10) {
            place *= 10;
        }
        return ofBytes(Math.max(1, bytes / place * place));
    }

    static String ofMillis(long millis) {
        return written(millis, MILLIS);
    }

    /** The bytes that {@code text} writes; at least one. */
    static long bytes(String text) {
        return read(text, BYTES, "a size, such as 2GB or 500MB");
    }

    /** The milliseconds that {@code text} writes; at least one. */
    static long millis(String text) {
        return read(text, MILLIS, "a span of time, such as 30m or 1h");
    }

    private static long read(String text, Map<String, Long> units, String form) {
        WordReader words = new WordReader(text);
        String digits = words.digits();
        words.take(" ");
        String unit = words.letters();
        if (digits.isEmpty() || !words.isAtEnd()) {
            throw new IllegalArgumentException("'" + text + "' should be " + form);
        }
        Long size = units.get(unit);
        if (size == null) {
            throw new IllegalArgumentException("'" + text + "' should be " + form
                    + (unit.isEmpty() ? ": it has no unit" : ": unknown unit '" + unit + "'" + Spelling.suggestion(unit, units.keySet()))
                    + "; known: " + String.join(", ", units.keySet()));
        }
        try {
            long amount = Math.multiplyExact(Long.parseLong(digits), size);
            if (amount > 0) {
                return amount;
            }
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            // Reported below.
        }
        throw new IllegalArgumentException("'" + text + "' should be " + form + ": from 1" + units.keySet().iterator().next()
                + " to what a number of 64 bits can hold");
    }

    private static String written(long amount, Map<String, Long> units) {
        String best = "";
        long smallest = Long.MAX_VALUE;
        for (Map.Entry<String, Long> unit : units.entrySet()) {
            if (amount % unit.getValue() == 0 && (best.isEmpty() || amount / unit.getValue() < smallest)) {
                best = unit.getKey();
                smallest = amount / unit.getValue();
            }
        }
        return smallest + best;
    }

    private static Map<String, Long> units(Object... namesAndSizes) {
        Map<String, Long> units = new LinkedHashMap<>();
        for (int i = 0; i < namesAndSizes.length; i += 2) {
            units.put((String) namesAndSizes[i], ((Number) namesAndSizes[i + 1]).longValue());
        }
        return units;
    }
}
