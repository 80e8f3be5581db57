package cairn.page;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a request asks for.
 *
 * @param words of the path behind {@code /api/}
 * @param query by name
 */
record Address(List<String> words, Map<String, String> query) {
    static final String API = "/api/";

    Address {
        words = List.copyOf(words);
        query = Map.copyOf(query);
    }

    /** The address as it is written, such as {@code /api/run/iris/at/3?view=left}. */
    static Address of(String text) {
        int mark = text.indexOf('?');
        return mark < 0 ? of(text, null) : of(text.substring(0, mark), text.substring(mark + 1));
    }

    /** @param query as it is written; null if there is none */
    static Address of(String path, String query) {
        List<String> words = new ArrayList<>();
        for (String word : path.substring(API.length()).split("/", -1)) {
            words.add(decoded(word));
        }
        Map<String, String> values = new HashMap<>();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return new Address(words, values);
    }

    private static String decoded(String word) {
        try {
            return URLDecoder.decode(word, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.wrong("the address cannot be read: expected UTF-8, with % before two hexadecimal digits");
        }
    }
}
