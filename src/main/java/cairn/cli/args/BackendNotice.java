package cairn.cli.args;

import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.Spinner;
import cairn.machine.BackendChoice;
import java.io.IOException;

/** What a command prints about where it computes, before it computes. */
final class BackendNotice {
    private BackendNotice() {
    }

    /**
     * Prints why the CPU computes although a GPU was possible. If the driver of a GPU has to compile the code first, prints this, and shows
     * how long it has taken so far.
     *
     * @param warmUp returns when the code is compiled
     */
    static void of(BackendChoice choice, Host host, Screen screen, Runnable warmUp) throws IOException {
        if (!choice.isOnGpu()) {
            screen.note("computing on the CPU, because " + choice.why());
        } else if (choice.isCompiled()) {
            screen.note(choice.why() + ". The first start takes minutes, up to half an hour. The compiled code is kept in "
                    + host.environment().getOrDefault("CUDA_CACHE_PATH", "~/.nv/ComputeCache"));
            try (Spinner spinner = new Spinner(host, screen, "the driver compiles ND4J for " + choice.gpu().orElseThrow().name())) {
                warmUp.run();
            }
        }
    }
}
