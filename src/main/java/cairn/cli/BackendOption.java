package cairn.cli;

import cairn.tensor.BackendChoice;
import cairn.tensor.Selection;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Where a command computes; of every command that does. */
final class BackendOption {
    @Option(names = "--backend", paramLabel = "WHERE", order = 50,
            description = "auto, cpu or cuda (default: what this build is for, or CAIRN_BACKEND). auto takes a card if there is one that can be"
                    + " used, and says so if not; rehearsal lets the processor go the way of a card.")
    private String wish;

    // No type of the tensor room in a signature: the parser looks at them, and commands that do not compute would load ND4J.

    /** Makes it what this process asks for. */
    void ask() {
        if (wish != null) {
            System.setProperty(BackendChoice.Wish.PROPERTY, wish);
        }
    }

    /** Settles it, before anything of ND4J's is loaded. The first that is settled holds for the process. */
    void settle(Host host, Screen screen) throws IOException {
        ask();
        if (BackendChoice.Wish.here() == BackendChoice.Wish.CPU) {
            return;
        }
        BackendChoice choice = Selection.made();
        if (!choice.isOnCard()) {
            screen.note("note: computing on the processor, for " + choice.why());
        } else if (choice.isCompiled()) {
            screen.note("note: " + choice.why() + ". The first start on a card takes minutes, up to half an hour; the code is kept in "
                    + host.environment().getOrDefault("CUDA_CACHE_PATH", "~/.nv/ComputeCache"));
            try (Spinner spinner = new Spinner(host, screen, "the driver compiles ND4J for " + choice.card().orElseThrow().name())) {
                Selection.warmUp();
            }
        }
    }
}
