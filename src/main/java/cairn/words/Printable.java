package cairn.words;

import java.text.Normalizer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Texts from outside, as they can be shown on a terminal. A terminal obeys control characters; some characters change the direction of what
 * follows, are seen nowhere, or look like others (a no-break space, a letter and its mark as two characters). Here each of them becomes its
 * number, such as {@code \}{@code u001b}. A line break can make a text look like two messages. So what a message quotes from a file, a
 * server or an argument goes through {@link #line} where the message is made.
 */
public final class Printable {
    private static final int BRIEF = 80;

    private Printable() {
    }

    /** The text in one line: line breaks are written as their numbers too. */
    public static String line(String text) {
        return escaped(text, "");
    }

    /** The text with its line breaks and tabs, each kind of line break as a line feed. */
    public static String lines(String text) {
        return escaped(text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n"), "\n\t");
    }

    /** The beginning of the text in one line, 80 characters at most, to quote what was found. */
    public static String brief(String text) {
        return text.length() <= BRIEF ? line(text) : line(text.substring(0, BRIEF)) + "...";
    }

    private static String escaped(String text, String allowed) {
        if (text.chars().allMatch(c -> c >= ' ' && c <= '~' || allowed.indexOf(c) >= 0)) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 16);
        int before = ' ';
        for (int c : text.codePoints().toArray()) {
            if (isShown(c) && !isDecomposed(before, c) || allowed.indexOf(c) >= 0) {
                shown.appendCodePoint(c);
            } else {
                shown.append(String.format(c > 0xffff ? "\\u{%x}" : "\\u%04x", c));
            }
            before = c;
        }
        return shown.toString();
    }

    /** Whether {@code mark} and the letter before it look like one other letter: an a with two dots is one character, or two. */
    private static boolean isDecomposed(int before, int mark) {
        if (Character.getType(mark) != Character.NON_SPACING_MARK) {
            return false;
        }
        String pair = new StringBuilder().appendCodePoint(before).appendCodePoint(mark).toString();
        return !Normalizer.isNormalized(pair, Normalizer.Form.NFC);
    }

    /** The first two texts that look alike as they are shown, to name them; empty if there are none. */
    public static Optional<String> alike(Collection<String> texts) {
        Map<String, String> seen = new HashMap<>();
        for (String text : texts) {
            String look = Normalizer.normalize(text, Normalizer.Form.NFKC).codePoints().filter(c -> isShown(c) && c != ' ')
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
            String other = seen.putIfAbsent(look, text);
            if (other != null) {
                return Optional.of("'" + brief(other) + "' and '" + brief(text) + "'");
            }
        }
        return Optional.empty();
    }

    private static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> !isBlank(c);
        };
    }

    /** Letters, marks and symbols that leave no trace: fillers, joiners, selectors of variations, an empty pattern of Braille. */
    private static boolean isBlank(int c) {
        return c == 0x034f || c == 0x115f || c == 0x1160 || c == 0x17b4 || c == 0x17b5 || c == 0x2800 || c == 0x3164 || c == 0xffa0
                || c >= 0x180b && c <= 0x180f || c >= 0xfe00 && c <= 0xfe0f || c >= 0xe0000 && c <= 0xe0fff;
    }
}
