package cairn.cli.args;

import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import picocli.CommandLine.Option;

/** Options that every command has. */
public final class Common {
    @Option(names = "--json", order = 100, description = "One JSON object per line on standard output, and nothing else there.")
    private boolean json;

    @Option(names = "--debug", order = 101, description = "Stack traces of errors, and how long it took.")
    private boolean debug;

    @Option(names = {"-h", "--help"}, order = 102, usageHelp = true, description = "This page.")
    private boolean help;

    public Screen screen(Host host) {
        return new Screen(host, json);
    }
}
