package cairn.cli.terminal;

import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Commands to be typed again, as a shell reads them. */
public final class ShellCommand {
    private ShellCommand() {
    }

    /** One command of several parts. */
    @SafeVarargs
    public static String command(Collection<String>... parts) {
        return Stream.of(parts).flatMap(Collection::stream).map(ShellCommand::quoted).collect(Collectors.joining(" "));
    }

    /** A word, in quotes if a shell would read something else otherwise. */
    public static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=,@%+\\\\-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
