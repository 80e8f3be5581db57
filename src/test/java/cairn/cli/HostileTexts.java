package cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Texts that a user may put into a file, a name or an answer, and what must be true of every command that meets them. */
final class HostileTexts {
    /** Clears the screen, sets the clipboard and the title, rings, overwrites a line, turns the direction, hides, and ends half. */
    static final List<String> ALL = List.of("\u001b[2J\u001b[31mred", "\u001b]52;c;ZXZpbA==\u0007", "\u001b]0;title\u0007", "\u0007\b\b\b",
            "right\rwrong", "\u202eteertsnwod\u202c", "\u200b\u2066\u2069", "\u009b31m", "\u0000\u0000\u0000", "a\nerror: b", "\u2028\u2029", "\u007f",
            "x".repeat(5000));

    private HostileTexts() {
    }

    /** Nothing that a terminal would obey is in the output, and nothing that happened was unexpected. */
    static void check(Cairn.Result result, String what) {
        for (String text : List.of(result.out(), result.err())) {
            assertThat(text.codePoints().filter(HostileTexts::isObeyed).mapToObj(Integer::toHexString).toList())
                    .as("%s, characters that a terminal obeys, in %s", what, text).isEmpty();
            assertThat(text).as(what).doesNotContain("should not happen");
            assertThat(text.lines()).as("%s, a line that Cairn has not made", what).noneMatch(line -> line.startsWith("error: b"));
        }
    }

    private static boolean isObeyed(int c) {
        int type = Character.getType(c);
        return c != '\n' && c != '\t' && (type == Character.CONTROL && c != 0x7f || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR || type == Character.SURROGATE);
    }
}
