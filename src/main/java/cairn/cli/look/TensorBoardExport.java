package cairn.cli.look;

import cairn.cli.args.StoredRun;
import cairn.cli.session.Session;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.ShellCommand;
import cairn.disk.RealDisk;
import cairn.tensorboard.RunExport;
import cairn.words.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code cairn export RUN... --tensorboard FOLDER}. */
public final class TensorBoardExport {
    private TensorBoardExport() {
    }

    /** Writes runs, each into a folder of its name in {@code folder}. Returns the exit code. */
    public static int write(List<String> names, Path folder, Session session) throws IOException {
        Screen screen = session.screen();
        Map<String, StoredRun> runs = new LinkedHashMap<>();
        for (String name : names) {
            if (name.contains("@")) {
                throw CommandException.usage("--tensorboard writes whole runs: name one without @, found " + Printable.line(name));
            }
            StoredRun run = session.runs().find(name);
            if (runs.put(run.name(), run) != null) {
                throw CommandException.usage("two of the runs are called " + run.name() + ", and TensorBoard would show them as one");
            }
        }
        for (StoredRun run : runs.values()) {
            RunExport written = RunExport.write(run.folder(), folder.resolve(run.name()), new RealDisk());
            written.problems().forEach(screen::note);
            screen.print("exported run " + run.name() + " to " + written.file() + ": " + written.events() + " numbers, histograms, pictures"
                    + " and texts");
            screen.emit(Screen.event("export").put("run", run.name()).put("format", "tensorboard").put("file", written.file().toString())
                    .put("events", written.events()));
        }
        screen.print("to look at " + (runs.size() == 1 ? "it" : "them") + ": tensorboard --logdir " + ShellCommand.of(List.of(folder.toString())));
        return ExitCode.OK;
    }
}
