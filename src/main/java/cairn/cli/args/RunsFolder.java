package cairn.cli.args;

import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ShellCommand;
import cairn.run.RunFiles;
import cairn.words.Spelling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The folder in which runs stand, each under its name. */
public final class RunsFolder {
    @Option(names = "--dir", paramLabel = "FOLDER", defaultValue = "checkpoints", order = 90,
            description = "The folder of runs (default: ${DEFAULT-VALUE}).")
    private Path folder;

    /** Where a run called {@code name} stands, or would stand. */
    public Path place(String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw CommandException.usage("'" + name + "' cannot be the name of a run: expected letters, digits, . _ and -");
        }
        return folder.resolve(name);
    }

    /** The run that {@code text} means: a name below this folder, or a path. */
    public StoredRun find(String text) throws IOException {
        boolean isName = !text.contains("/") && !text.contains("\\") && !text.startsWith(".");
        for (Path candidate : isName ? List.of(folder.resolve(text), Path.of(text)) : List.of(Path.of(text))) {
            if (Files.exists(candidate.resolve(RunFiles.RECIPE))) {
                return new StoredRun(candidate.toAbsolutePath().normalize().getFileName().toString(), candidate);
            }
        }
        if (!isName) {
            throw CommandException.usage("there is no run at " + text + (Files.exists(Path.of(text)) ? ": the folder has no "
                    + RunFiles.RECIPE : ""));
        }
        List<String> names = names();
        throw CommandException.usage("there is no run '" + text + "' in " + folder + (names.isEmpty()
                ? ", nor any other; start one with `cairn train RECIPE`" : "; " + Spelling.hint(text, names)));
    }

    /** Every run in this folder, by name. */
    public List<StoredRun> all() throws IOException {
        return names().stream().map(run -> new StoredRun(run, folder.resolve(run))).toList();
    }

    /** The names of all runs in this folder. */
    public List<String> names() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(run -> Files.exists(run.resolve(RunFiles.RECIPE))).map(run -> run.getFileName().toString()).sorted().toList();
        }
    }

    /** The folder itself. */
    public Path folder() {
        return folder;
    }

    /** {@code --dir FOLDER} as words, where it is needed. */
    public List<String> words() {
        return folder.equals(Path.of("checkpoints")) ? List.of() : List.of("--dir", folder.toString());
    }

    /** {@code  --dir FOLDER} to be added to a command that should find the same runs, where it is needed. */
    public String option() {
        return folder.equals(Path.of("checkpoints")) ? "" : " --dir " + ShellCommand.quoted(folder.toString());
    }
}
