package cairn.cli.look;

import cairn.cli.args.StoredRun;
import cairn.cli.session.Session;
import cairn.cli.terminal.ExitCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn open}. */
@Command(name = "open", description = {"Shows the runs of a folder on a live page in a browser of this machine.",
    "One slider moves everything on the page through the steps of a run, saved or not. The buttons train, go back and branch; each one runs a"
        + " command, which the page shows.",
    "Only this machine reaches the page, and only a browser that was opened by the private file which is printed. Ctrl+C closes it; what it"
        + " trains is saved first."},
        footer = {"", "Examples:",
            "  cairn open",
            "  cairn open iris                       begins with this run",
            "  cairn open iris --read-only           only shows, for a lecture",
            "  cairn open --port 8080 --no-browser   for ssh -L 8080:127.0.0.1:8080"})
public final class OpenCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = StoredRun.ARGUMENT)
    private String name;

    @Option(names = "--read-only", order = 3, description = "Nothing can be trained or changed from the page.")
    private boolean readOnly;

    @Mixin
    private PageOptions options;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        PageOptions.Place place = name == null ? PageOptions.Place.of(session.runs(), session.data().words())
                : PageOptions.Place.of(session.runs().find(name), session.data().words());
        options.serve(session, place, readOnly, page -> { });
        return ExitCode.OK;
    }
}
