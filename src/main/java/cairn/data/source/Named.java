package cairn.data.source;

import java.util.List;
import java.util.Optional;

/** The components of a {@link DataSource}: which are required, and which a recipe may leave out. */
final class Named {

    private Named() {
    }

    public static String orEmpty(String text) {
        return Optional.ofNullable(text).orElse("");
    }

    public static List<String> orEmpty(List<String> list) {
        return List.copyOf(Optional.ofNullable(list).orElse(List.of()));
    }

    static String required(String source, String component, String text) {
        if (orEmpty(text).isBlank()) {
            throw new IllegalArgumentException("data " + source + " needs " + component + ", found none");
        }
        return text;
    }

    static void together(String source, String first, String firstText, String second, String secondText) {
        if (firstText.isEmpty() != secondText.isEmpty()) {
            throw new IllegalArgumentException("data " + source + " needs " + first + " and " + second
                    + " together, or neither; found only "
                    + (firstText.isEmpty() ? second : first));
        }
    }
}
