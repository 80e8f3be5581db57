package cairn.cli.args;

import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.Spinner;
import cairn.machine.BackendChoice;
import java.io.IOException;

/** What a user hears of where a command computes, before it does. */
final class BackendNotice {
    private BackendNotice() {
    }

    /**
     * Says why the processor computes where a card might have; and where a card's driver compiles the code first, that, and for how long it
     * has been doing so.
     *
     * @param warmUp ends when the code has been compiled
     */
    static void of(BackendChoice choice, Host host, Screen screen, Runnable warmUp) throws IOException {
        if (!choice.isOnGpu()) {
            screen.note("computing on the processor, for " + choice.why());
        } else if (choice.isCompiled()) {
            screen.note(choice.why() + ". The first start on a card takes minutes, up to half an hour; the code is kept in "
                    + host.environment().getOrDefault("CUDA_CACHE_PATH", "~/.nv/ComputeCache"));
            try (Spinner spinner = new Spinner(host, screen, "the driver compiles ND4J for " + choice.gpu().orElseThrow().name())) {
                warmUp.run();
            }
        }
    }
}
