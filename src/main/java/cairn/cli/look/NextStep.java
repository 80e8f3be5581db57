package cairn.cli.look;

import cairn.cli.args.StoredRun;
import cairn.explain.Next;
import cairn.run.RunFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Words what to do next as a command. */
final class NextStep {
    private NextStep() {
    }

    /** The command for a run. */
    static String command(Next next, StoredRun run) {
        if (next instanceof Next.Retrain r) {
            return run.command(words(List.of("train", recipe(run), "--run", name(run, r.name())), r.settings()));
        } else if (next instanceof Next.Branch b) {
            return run.command(words(List.of("branch", run.typed() + "@" + b.step(), name(run, b.name())), b.settings()));
        } else if (next instanceof Next.Edit e) {
            return run.command("train", recipe(run), "--run", name(run, e.name()));
        } else if (next instanceof Next.Plot) {
            return run.command("plot", run.typed());
        } else if (next instanceof Next.Watch w) {
            List<String> words = new ArrayList<>(List.of("watch", run.typed(), "--at", w.from() + ".." + w.to(), "--what",
                    w.what().name().toLowerCase(Locale.ROOT)));
            w.layer().ifPresent(layer -> words.addAll(List.of("--layer", layer)));
            return run.command(words.toArray(String[]::new));
        } else if (next instanceof Next.Rows r) {
            String rows = r.rows().stream().map(String::valueOf).collect(Collectors.joining(","));
            return r.rows().isEmpty() ? run.command("rows", run.typed() + "@" + r.step(), "--part", r.part(), "--worst", "25")
                    : run.command("rows", run.typed() + "@" + r.step(), "--rows", rows);
        }
        Next.Evaluate e = (Next.Evaluate) next;
        return run.command("evaluate", run.typed() + "@" + e.step(), "--split", e.part());
    }

    /** What a person must do before the command; empty if the command is all. */
    static String before(Next next, StoredRun run) {
        return next instanceof Next.Edit e ? "change " + e.part() + " in a copy of " + recipe(run) + ", and name the copy in" : "";
    }

    private static String recipe(StoredRun run) {
        Path file = run.folder().resolve(RunFiles.RECIPE);
        return file.toString();
    }

    private static String name(StoredRun run, String what) {
        return run.name() + "-" + what;
    }

    private static String[] words(List<String> command, Map<String, String> settings) {
        List<String> words = new ArrayList<>(command);
        settings.forEach((setting, value) -> words.addAll(List.of("--set", setting + "=" + value)));
        return words.toArray(String[]::new);
    }
}
