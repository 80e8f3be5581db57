package cairn.cli;

import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Commands to be typed again, as a shell reads them. */
final class Words {
    private Words() {
    }

    /** One command of several parts. */
    @SafeVarargs
    static String command(Collection<String>... parts) {
        return Stream.of(parts).flatMap(Collection::stream).map(Words::quoted).collect(Collectors.joining(" "));
    }

    /** A word, in quotes if a shell would read something else otherwise. */
    static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=,@%+\\\\-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
