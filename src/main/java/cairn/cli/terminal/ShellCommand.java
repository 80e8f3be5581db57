package cairn.cli.terminal;

import java.util.List;
import java.util.stream.Collectors;

/** Writes commands that a user can copy into a shell. */
public final class ShellCommand {
    private ShellCommand() {
    }

    /** The words of one command. A word is in quotes if a shell would read it differently. */
    public static String of(List<String> words) {
        return words.stream().map(ShellCommand::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=,@%+\\\\-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
