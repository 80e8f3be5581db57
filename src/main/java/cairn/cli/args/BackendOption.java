package cairn.cli.args;

import cairn.machine.BackendChoice;
import cairn.machine.LibraryFolder;
import cairn.tensor.device.ActiveBackend;
import cairn.tensor.device.Backend;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Where a command computes. Every command that may compute has this option. */
public final class BackendOption {
    @Option(names = "--backend", paramLabel = "WHERE", order = 50, converter = WishName.class, description = {
        "Where to compute: auto, cpu or cuda (default: CAIRN_BACKEND, otherwise what this build was made for). auto uses a GPU if possible,"
            + " otherwise the CPU, and prints why.",
        "simulated-gpu computes on the CPU and copies as for a GPU. It is for tests."})
    private BackendChoice.Wish wish;

    private boolean isSettled;

    /** Reads a backend as users write it. */
    static final class WishName implements CommandLine.ITypeConverter<BackendChoice.Wish> {
        @Override
        public BackendChoice.Wish convert(String text) {
            List<BackendChoice.Wish> all = List.of(BackendChoice.Wish.values());
            return all.stream().filter(w -> w.toString().equalsIgnoreCase(text)).findFirst().orElseThrow(() ->
                    new CommandLine.TypeConversionException("expected auto, cpu, cuda or simulated-gpu, found '" + text + "'"));
        }
    }

    // No signature here has a type of the tensor packages, because picocli reads the signatures and would load ND4J for every command.

    /** Chooses where the terminal's library is unpacked, before anything asks for the terminal. */
    public static void settleTerminal() {
        LibraryFolder.settleTerminal();
    }

    /** Makes the given backend the wish of this process. */
    public void ask() {
        if (wish != null) {
            System.setProperty(BackendChoice.Wish.PROPERTY, wish.toString());
        }
    }

    /** Begins to load what computes, if it is clear that the CPU does. It is for a command that will soon settle the choice. */
    public void loadAhead() {
        ask();
        if (BackendChoice.Wish.here() == BackendChoice.Wish.CPU) {
            ActiveBackend.loadAhead();
        }
    }

    /** Chooses where to compute, before anything of ND4J is loaded, and begins to load it. The first choice holds for the process. */
    public void settle(Console console) throws IOException {
        if (isSettled) {
            return;
        }
        isSettled = true;
        ask();
        if (BackendChoice.Wish.here() != BackendChoice.Wish.CPU) {
            BackendNotice.of(ActiveBackend.made(), console.host(), console.screen(), Backend::warmUp);
        }
        ActiveBackend.loadAhead();
    }
}
