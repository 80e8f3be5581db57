package cairn.page;

import cairn.words.Printable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Reads the numbers of requests. */
final class Fields {
    private Fields() {
    }

    /** A step; -1 stands for the one before the first. */
    static long step(String text) {
        if (!text.matches("-1|\\d{1,15}")) {
            throw Refusal.wrong("'" + Printable.brief(text) + "' is no step: expected a whole number from 0");
        }
        return Long.parseLong(text);
    }

    /** A word of an address. */
    static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A number from 1 to {@code most}. */
    static int count(Map<String, String> query, String name, int usual, int most) {
        String text = query.getOrDefault(name, Integer.toString(usual));
        if (!text.matches("\\d{1,6}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
            throw Refusal.wrong(name + ": expected a number from 1 to " + most + ", found '" + Printable.brief(text) + "'");
        }
        return Integer.parseInt(text);
    }
}
