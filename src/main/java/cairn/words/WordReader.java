package cairn.words;

import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Reads a short text from left to right: a rule, a length, a condition. What does not come next is not taken, so that a caller can
 * ask for one thing after the other, and at last whether anything is left.
 *
 * <pre>
 *     WordReader r = new WordReader("1.5ep");
 *     r.number();        // 1.5
 *     r.take("ep");      // true
 *     r.isAtEnd();       // true
 * </pre>
 */
public final class WordReader {
    private final String text;
    private int at;

    public WordReader(String text) {
        this.text = text;
    }

    /** Whether {@code next} comes next; it is taken then. */
    public boolean take(String next) {
        boolean isNext = text.startsWith(next, at);
        at += isNext ? next.length() : 0;
        return isNext;
    }

    /** The first of {@code choices} that comes next; a longer one must stand before its own beginning. */
    public Optional<String> takeOne(String... choices) {
        for (String choice : choices) {
            if (take(choice)) {
                return Optional.of(choice);
            }
        }
        return Optional.empty();
    }

    /** The letters a to z, small or capital, that come next; there may be none. */
    public String letters() {
        return run(WordReader::isLetter);
    }

    /** The letters, digits and characters of {@code others} that come next; there may be none. */
    public String name(String others) {
        return run(c -> isLetter(c) || isDigit(c) || others.indexOf(c) >= 0);
    }

    /** A number without a sign: digits, and perhaps a point and digits. */
    public Optional<Double> number() {
        int start = at;
        if (digits().isEmpty()) {
            return Optional.empty();
        }
        int whole = at;
        if (!take(".") || digits().isEmpty()) {
            at = whole;
        }
        return Optional.of(Double.parseDouble(text.substring(start, at)));
    }

    /** The digits that come next; there may be none, or more than a number can have. */
    public String digits() {
        return run(WordReader::isDigit);
    }

    /** Steps over spaces. */
    public WordReader spaces() {
        run(Character::isWhitespace);
        return this;
    }

    /** Everything that was not taken yet. */
    public String rest() {
        String rest = text.substring(at);
        at = text.length();
        return rest;
    }

    public boolean isAtEnd() {
        return at == text.length();
    }

    /** The whole number that {@code text} is, as Java reads it. */
    public static Optional<Long> whole(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The real number that {@code text} is, as Java reads it; NaN is none. */
    public static Optional<Double> real(String text) {
        try {
            return Optional.of(Double.parseDouble(text)).filter(v -> !v.isNaN());
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private String run(IntPredicate accepted) {
        int start = at;
        while (at < text.length() && accepted.test(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }
}
