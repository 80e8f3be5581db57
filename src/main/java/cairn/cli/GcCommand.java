package cairn.cli;

import cairn.checkpoint.Leftover;
import cairn.checkpoint.RunFolder;
import cairn.cli.args.Console;
import cairn.cli.args.RunsFolder;
import cairn.cli.args.StoredRun;
import cairn.cli.report.Format;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.disk.FolderInUseException;
import cairn.disk.RealDisk;
import cairn.run.RunFiles;
import cairn.words.ByteSize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn gc}. */
@Command(name = "gc", description = {
    "Deletes the files that interrupted saves left in the folder of a run, or of all runs: only files that Cairn wrote and no longer needs,"
        + " never a checkpoint.",
    "A run that is being trained is left alone. --dry-run looks at it too, and lists also the file that is being written."},
        footer = {"", "Examples:",
            "  cairn gc --dry-run        all runs",
            "  cairn gc iris",
            "  cairn gc iris mnist-mlp --json"})
final class GcCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", arity = "0..*", description = "Names of runs, or paths of their folders (default: all).")
    private List<String> names = new ArrayList<>();

    @Option(names = "--dry-run", order = 1, description = "Prints what would be done, and does nothing.")
    private boolean dryRun;

    @Mixin
    private RunsFolder runs;

    @Mixin
    private Console console;

    @Override
    public Integer call() throws IOException {
        Screen screen = console.screen();
        List<StoredRun> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(runs.find(name));
        }
        Columns table = new Columns("run", "file", ">size", "what it is");
        long bytes = 0;
        int files = 0;
        int skipped = 0;
        List<StoredRun> considered = names.isEmpty() ? runs.all() : chosen;
        for (StoredRun run : considered) {
            try {
                for (Leftover leftover : leftovers(run)) {
                    table.add(run.name(), leftover.fileName(), ByteSize.text(leftover.bytes()), leftover.why());
                    screen.emit(Screen.event("leftover").put("run", run.name()).put("file", leftover.fileName())
                            .put("bytes", leftover.bytes()).put("why", leftover.why()).put("deleted", !dryRun));
                    bytes += leftover.bytes();
                    files++;
                }
            } catch (FolderInUseException e) {
                skipped++;
                screen.log("left alone: " + e.getMessage());
                screen.emit(Screen.event("skipped").put("run", run.name()).put("holder", e.holder()).put("message", e.getMessage()));
            }
        }
        if (files > 0) {
            screen.print(table.toString());
        }
        screen.print(considered.isEmpty() ? runs.none() : files == 0 ? "no leftovers"
                : Format.deletion(files, "file", bytes, dryRun));
        screen.emit(Screen.event("end").put("dry_run", dryRun).put("files", files).put("bytes", bytes).put("skipped", skipped));
        // Some of all runs may be in training, and that is no failure. A run that was named was expected to be free.
        return skipped > 0 && !names.isEmpty() ? ExitCode.REFUSED : ExitCode.OK;
    }

    private List<Leftover> leftovers(StoredRun run) throws IOException {
        try (RunFolder folder = dryRun ? RunFolder.read(run.folder(), new RealDisk()) : RunFolder.resume(run.folder(), new RealDisk())) {
            return dryRun ? folder.leftovers(RunFiles.TEXTS) : folder.deleteLeftovers(RunFiles.TEXTS);
        }
    }
}
