package cairn.cli.args;

import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import cairn.machine.BackendChoice;
import cairn.tensor.device.ActiveBackend;
import cairn.tensor.device.Backend;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Where a command computes; of every command that does. */
public final class BackendOption {
    @Option(names = "--backend", paramLabel = "WHERE", order = 50,
            description = "auto, cpu or cuda (default: what this build is for, or CAIRN_BACKEND). auto takes a card if there is one that can be"
                    + " used, and says so if not; simulated-gpu computes on the CPU and makes every copy explicit, as a GPU does (for tests).")
    private String wish;

    // No type of the tensor room in a signature: the parser looks at them, and commands that do not compute would load ND4J.

    /** Makes it what this process asks for. */
    public void ask() {
        if (wish != null) {
            System.setProperty(BackendChoice.Wish.PROPERTY, wish);
        }
    }

    /** Settles it, before anything of ND4J's is loaded. The first that is settled holds for the process. */
    public void settle(Host host, Screen screen) throws IOException {
        ask();
        if (BackendChoice.Wish.here() == BackendChoice.Wish.CPU) {
            return;
        }
        BackendNotice.of(ActiveBackend.made(), host, screen, Backend::warmUp);
    }
}
