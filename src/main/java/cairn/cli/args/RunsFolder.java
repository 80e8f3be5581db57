package cairn.cli.args;

import cairn.checkpoint.UnfinishedRun;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.ShellCommand;
import cairn.disk.RealDisk;
import cairn.run.RunFiles;
import cairn.words.Printable;
import cairn.words.Spelling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The option that says in which folder the runs are, each in a folder of its name. */
public final class RunsFolder {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    @Option(names = "--dir", paramLabel = "FOLDER", defaultValue = StoredRun.RUNS, order = 90,
            description = "The folder of runs (default: ${DEFAULT-VALUE}).")
    private Path folder;

    /** The folder itself. */
    public Path folder() {
        return folder;
    }

    /** Whether a run called {@code name} exists in this folder; also of a text that cannot be a name. */
    public boolean has(String name) {
        return NAME.matcher(name).matches() && named(name).exists();
    }

    /** The run called {@code name}, which need not exist. */
    public StoredRun named(String name) {
        if (!NAME.matcher(name).matches()) {
            throw CommandException.usage("'" + name + "' cannot be the name of a run: expected letters, digits, . _ and -");
        }
        return new StoredRun(name, folder.resolve(name), folder);
    }

    /** The run that {@code text} means: a name in this folder, or the path of a run's folder. */
    public StoredRun find(String text) throws IOException {
        boolean isName = !text.contains("/") && !text.contains("\\") && !text.startsWith(".");
        for (Path candidate : isName ? List.of(folder.resolve(text), Path.of(text)) : List.of(Path.of(text))) {
            StoredRun run = new StoredRun(candidate.toAbsolutePath().normalize().getFileName().toString(), candidate, folder);
            if (run.exists()) {
                return run;
            }
        }
        Optional<UnfinishedRun> unfinished = unfinished(isName ? folder.resolve(text) : Path.of(text));
        if (unfinished.isPresent()) {
            throw CommandException.usage("there is no run " + Printable.line(text) + ": " + unfinished.get().what()
                    + " was being made there, and was not finished. Make it again, or delete what is there with: " + command("gc"));
        }
        if (!isName) {
            throw CommandException.usage("there is no run at " + Printable.line(text) + (Files.exists(Path.of(text)) ? ": the folder has no "
                    + RunFiles.RECIPE : ", because there is no such folder"));
        }
        List<String> names = all().stream().map(StoredRun::name).toList();
        throw CommandException.usage(names.isEmpty() ? "there is no run '" + Printable.line(text) + "': " + none()
                : "there is no run '" + Printable.line(text) + "' in " + folder + "; " + Spelling.hint(text, names));
    }

    /** A command that the user can type for this folder, such as {@code cairn gc --dir FOLDER}. */
    public String command(String... words) {
        return command(folder, words);
    }

    /** As {@link #command(String...)}, for a folder of runs. */
    static String command(Path folder, String... words) {
        List<String> place = folder.equals(Path.of(StoredRun.RUNS)) ? List.of() : List.of("--dir", folder.toString());
        return ShellCommand.of(Stream.of(List.of("cairn"), List.of(words), place).flatMap(List::stream).toList());
    }

    /** What is printed if there is no run at all. */
    public String none() {
        return "there is no run in " + folder + "; start one with: " + command("train", "RECIPE");
    }

    /** The step that {@code text} means: {@code RUN@STEP}, {@code RUN@best}, {@code RUN@latest}, or {@code RUN} for the latest. */
    public RunStep resolve(String text, Screen screen) throws IOException {
        return look(text, screen, (at, store) -> at);
    }

    /** As {@link #resolve}, and makes something of the step: {@link StoredRun#look}. */
    public <T> T look(String text, Screen screen, StoredRun.Use<T> use) throws IOException {
        int at = text.lastIndexOf('@');
        if (at == 0 || at == text.length() - 1) {
            throw CommandException.usage("'" + text + "' does not name a step: expected RUN@STEP, RUN@best or RUN@latest");
        }
        return at < 0 ? find(text).look("latest", screen, use) : find(text.substring(0, at)).look(text.substring(at + 1), screen, use);
    }

    /** What killed processes have left of runs that they were making in this folder, by name; also what is being made now. */
    public List<UnfinishedRun> unfinished() throws IOException {
        List<UnfinishedRun> found = new ArrayList<>();
        for (Path each : folders()) {
            unfinished(each).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<UnfinishedRun> unfinished(Path run) {
        try {
            return Files.isDirectory(run) && !Files.exists(run.resolve(RunFiles.RECIPE)) ? UnfinishedRun.in(run, new RealDisk())
                    : Optional.empty();
        } catch (IOException unreadable) {
            // Nothing can be said of it.
            return Optional.empty();
        }
    }

    /** Every run in this folder, by name. */
    public List<StoredRun> all() throws IOException {
        return folders().stream().map(run -> new StoredRun(run.getFileName().toString(), run, folder)).filter(StoredRun::exists).toList();
    }

    private List<Path> folders() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted(Comparator.comparing(run -> run.getFileName().toString())).toList();
        }
    }
}
