package cairn.cli.look;

import cairn.cli.args.StoredRun;
import cairn.cli.report.Format;
import cairn.cli.report.JsonFields;
import cairn.cli.session.Session;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.explain.Effort;
import cairn.explain.Evidence;
import cairn.explain.Explanation;
import cairn.explain.Finding;
import cairn.explain.Illness;
import cairn.explain.Next;
import cairn.run.Workspace;
import cairn.words.Printable;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn explain}. */
@Command(name = "explain", description = {
    "Says why a training went wrong or badly: the likely cause, its evidence, where to see it, and what to try.",
    "Reads the journal and the data, and makes some steps again in memory to look within. Writes nothing."},
        footer = {"", "Examples:",
            "  cairn explain iris",
            "  cairn explain iris --quick           the journal and the data alone",
            "  cairn explain mnist-cnn --again 100  at most 100 steps again for each look",
            "  cairn explain iris --json"})
public final class ExplainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = StoredRun.ARGUMENT)
    private String name;

    @Option(names = "--quick", order = 1, description = "Makes no step again: fewer findings, and less sure ones.")
    private boolean quick;

    @Option(names = "--again", paramLabel = "N", order = 2, description = "The most steps that are made again for one look, of up to seven"
            + " (default: 500). What is farther from a checkpoint is left out, and that is said.")
    private Long again;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        if (again != null && (again < 0 || quick)) {
            throw CommandException.usage(quick ? "--quick makes no step again, so --again " + again + " has no meaning"
                    : "--again " + again + ": expected 0 or more");
        }
        Screen screen = session.screen();
        StoredRun run = session.runs().find(name);
        Effort effort = quick ? Effort.NONE : again == null ? Effort.USUAL : Effort.ofSteps(again);
        Workspace workspace = session.workspace(session.data().folders(run));
        Explanation explanation = quick ? Explanation.of(run.folder(), workspace, effort)
                : session.loading(() -> Explanation.of(run.folder(), workspace, effort));
        print(screen, run, explanation);
        explanation.findings().forEach(f -> screen.emit(event(run, f)));
        ObjectNode all = Screen.event("explanation").put("run", run.name()).put("step", explanation.last())
                .put("findings", explanation.findings().size());
        explanation.looks().forEach(all.putArray("looks")::add);
        screen.emit(all);
        return ExitCode.OK;
    }

    private static void print(Screen screen, StoredRun run, Explanation explanation) {
        List<Finding> findings = explanation.findings();
        screen.print(Printable.line(run.name()) + ": " + (findings.isEmpty() ? "nothing found" : Format.count(findings.size(), "finding"))
                + (explanation.last() < 0 ? ", no step is recorded" : ", trained to step " + explanation.last()));
        for (int i = 0; i < findings.size(); i++) {
            screen.print("");
            print(screen, run, i + 1, findings.get(i), findings);
        }
        screen.print("");
        screen.print("looked at");
        explanation.looks().forEach(look -> screen.print("  " + Printable.line(look)));
        if (explanation.looks().isEmpty()) {
            screen.print("  the journal and the data alone");
        }
    }

    private static void print(Screen screen, StoredRun run, int number, Finding f, List<Finding> all) {
        screen.print(number + ". " + f.illness().title() + f.layer().map(l -> ", in " + Printable.line(l)).orElse("") + ", since step "
                + f.since() + " ("
                + word(f) + f.followsFrom().map(c -> "; follows from " + (place(c, all) + 1)).orElse("") + ")");
        screen.print("   " + Printable.line(f.says()));
        f.evidence().forEach(e -> screen.print("     " + Printable.line(e.toString())));
        if (!f.rows().isEmpty()) {
            screen.print("     rows, counted from 0 in the data set: " + f.rows());
        }
        f.figure().forEach(n -> print(screen, run, "see", n));
        f.decides().forEach(n -> print(screen, run, f.certainty() == Finding.Certainty.CERTAIN ? "try" : "decide", n));
    }

    private static int place(Illness illness, List<Finding> all) {
        return all.stream().map(Finding::illness).toList().indexOf(illness);
    }

    private static void print(Screen screen, StoredRun run, String what, Next next) {
        String before = NextStep.before(next, run);
        screen.print(String.format("   %-7s%s", what + ":", NextStep.command(next, run)));
        screen.print("          " + next.why() + (before.isEmpty() ? "" : ": " + before + " this command"));
    }

    private static String word(Finding f) {
        return f.certainty().name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode event(StoredRun run, Finding f) {
        ObjectNode event = Screen.event("finding").put("run", run.name()).put("illness", f.illness().word()).put("title", f.illness()
                .title())
                .put("certainty", word(f)).put("since", f.since()).put("says", f.says());
        f.layer().ifPresent(layer -> event.put("layer", layer));
        f.followsFrom().ifPresent(cause -> event.put("follows_from", cause.word()));
        ArrayNode evidence = event.putArray("evidence");
        f.evidence().forEach(e -> put(evidence.addObject(), e));
        f.rows().forEach(event.putArray("rows")::add);
        f.figure().forEach(n -> put(event.withArray("see").addObject(), n, run));
        f.decides().forEach(n -> put(event.withArray("next").addObject(), n, run));
        return event;
    }

    private static void put(ObjectNode into, Evidence e) {
        into.put("what", e.what());
        JsonFields.put(into, "value", e.value());
        e.limit().ifPresent(limit -> into.put("limit", limit).put("ill", e.isAbove() ? "from" : "below"));
        e.step().ifPresent(step -> into.put("step", step));
    }

    private static void put(ObjectNode into, Next next, StoredRun run) {
        into.put("kind", next.getClass().getSimpleName().toLowerCase(Locale.ROOT)).put("why", next.why()).put("command",
                NextStep.command(next, run));
        if (!NextStep.before(next, run).isEmpty()) {
            into.put("before", NextStep.before(next, run));
        }
    }
}
