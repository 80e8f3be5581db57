package cairn.cli.args;

import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import picocli.CommandLine.Option;

/** Options that every command has, and the process in which it runs. */
public final class Console {
    @Option(names = "--json", order = 100, description = "Prints one JSON object per line to standard output, and nothing else.")
    private boolean json;

    @Option(names = "--debug", order = 101, description = "Prints stack traces of errors, and how long the command took.")
    private boolean debug;

    @Option(names = {"-h", "--help"}, order = 102, usageHelp = true, description = "Prints this page.")
    private boolean help;

    private final Host host;
    private Screen screen;

    public Console(Host host) {
        this.host = host;
    }

    public Host host() {
        return host;
    }

    /** Where the command prints. Created after the arguments are read, because --json decides the form. */
    public Screen screen() {
        if (screen == null) {
            screen = new Screen(host, json);
        }
        return screen;
    }
}
