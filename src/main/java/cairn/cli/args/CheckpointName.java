package cairn.cli.args;

import cairn.cli.terminal.CommandException;

/**
 * How a user names a checkpoint: {@code RUN@STEP}, {@code RUN@best}, {@code RUN@latest}.
 *
 * @param run a name or a path
 * @param which what stands after the {@code @}; {@code latest} where nothing does
 */
public record CheckpointName(String run, String which) {

    public static CheckpointName of(String text) {
        int at = text.lastIndexOf('@');
        if (at == 0 || at == text.length() - 1) {
            throw CommandException.usage("'" + text + "' is no checkpoint: expected RUN@STEP, RUN@best or RUN@latest");
        }
        return at < 0 ? new CheckpointName(text, "latest") : new CheckpointName(text.substring(0, at), text.substring(at + 1));
    }
}
