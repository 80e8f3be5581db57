package cairn.cli;

import cairn.checkpoint.Leftover;
import cairn.checkpoint.RunFolder;
import cairn.checkpoint.UnfinishedRun;
import cairn.cli.args.Console;
import cairn.cli.args.RunsFolder;
import cairn.cli.args.StoredRun;
import cairn.cli.report.Failure;
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
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn gc}. */
@Command(name = "gc", description = {
    "Deletes the files that interrupted saves left in the folder of a run, or of all runs: only files that Cairn wrote and no longer needs,"
        + " never a checkpoint of a run. A branch or rollback that was killed before it was a run is deleted whole.",
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
        List<Place> considered = names.isEmpty() ? all() : named();
        Columns table = new Columns("run", "file", ">size", "what it is");
        long bytes = 0;
        int files = 0;
        int skipped = 0;
        int failed = 0;
        for (Place place : considered) {
            try {
                for (Leftover leftover : place.leftovers().found()) {
                    table.add(place.name(), leftover.fileName(), ByteSize.text(leftover.bytes()), leftover.why());
                    screen.emit(Screen.event("leftover").put("run", place.name()).put("file", leftover.fileName())
                            .put("bytes", leftover.bytes()).put("why", leftover.why()).put("deleted", !dryRun));
                    bytes += leftover.bytes();
                    files++;
                }
            } catch (FolderInUseException e) {
                skipped++;
                screen.log("left alone: " + e.getMessage());
                screen.emit(Screen.event("skipped").put("run", place.name()).put("holder", e.holder()).put("message", e.getMessage()));
            } catch (IOException e) {
                failed++;
                screen.note("run " + place.name() + " is left alone: " + Failure.of(e).message());
                screen.emit(Screen.event("unreadable").put("run", place.name()).put("message", Failure.of(e).message()));
            }
        }
        if (files > 0) {
            screen.print(table.toString());
        }
        if (files > 0 || failed == 0) {
            screen.print(considered.isEmpty() ? runs.none() : files == 0 ? "no leftovers" : Format.deletion(files, "file", bytes, dryRun));
        }
        screen.emit(Screen.event("end").put("dry_run", dryRun).put("files", files).put("bytes", bytes).put("skipped", skipped));
        // Some of all runs may be in training, and that is no failure. A run that was named was expected to be free.
        return failed > 0 ? ExitCode.FAILED : skipped > 0 && !names.isEmpty() ? ExitCode.REFUSED : ExitCode.OK;
    }

    /** A folder to look into, and how. */
    private record Place(String name, Leftovers leftovers) {
    }

    private interface Leftovers {
        List<Leftover> found() throws IOException;
    }

    private List<Place> all() throws IOException {
        return Stream.concat(runs.all().stream().map(this::of), runs.unfinished().stream().map(this::of)).toList();
    }

    private List<Place> named() throws IOException {
        List<UnfinishedRun> unfinished = runs.unfinished();
        List<Place> places = new ArrayList<>();
        for (String name : names) {
            Optional<UnfinishedRun> one = unfinished.stream().filter(u -> u.folder().getFileName().toString().equals(name)).findFirst();
            places.add(one.isPresent() ? of(one.get()) : of(runs.find(name)));
        }
        return places;
    }

    private Place of(StoredRun run) {
        return new Place(run.name(), () -> {
            try (RunFolder folder = dryRun ? RunFolder.read(run.folder(), new RealDisk()) : RunFolder.resume(run.folder(), new RealDisk())) {
                return dryRun ? folder.leftovers(RunFiles.TEXTS) : folder.deleteLeftovers(RunFiles.TEXTS);
            }
        });
    }

    /** What a killed process has left of a run that it was making: all of it. */
    private Place of(UnfinishedRun unfinished) {
        return new Place(unfinished.folder().getFileName().toString(),
                () -> dryRun ? unfinished.leftovers(new RealDisk()) : unfinished.delete(new RealDisk()));
    }
}
