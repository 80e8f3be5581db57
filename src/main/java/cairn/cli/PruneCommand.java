package cairn.cli;

import cairn.checkpoint.CheckpointStore;
import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.CheckpointException;
import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.retention.RetentionPlan;
import cairn.checkpoint.retention.RetentionPolicy;
import cairn.checkpoint.retention.RetentionRule;
import cairn.cli.args.Console;
import cairn.cli.args.KeepRules;
import cairn.cli.args.RunsFolder;
import cairn.cli.args.StoredRun;
import cairn.cli.report.Format;
import cairn.cli.report.Unreadable;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.disk.RealDisk;
import cairn.run.History;
import cairn.run.Run;
import cairn.words.ByteSize;
import cairn.words.Spelling;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn prune}. */
@Command(name = "prune", description = {
    "Deletes the checkpoints of a run that no rule keeps, and prints why each is kept or deleted.",
    "A run that is being trained prunes itself, and is refused here. --dry-run accepts it."},
        footer = {"", "Examples:",
            "  cairn prune iris --dry-run       by the rules of its recipe",
            "  cairn prune iris --keep last:3,best:2,every:1000",
            "  cairn prune iris --keep best:1:max:accuracy,2GB --dry-run",
            "  cairn prune iris --keep per:1h,log"})
final class PruneCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = StoredRun.ARGUMENT)
    private String name;

    @Option(names = "--dry-run", order = 1, description = "Prints what would be done, and does nothing.")
    private boolean dryRun;

    @Mixin
    private KeepRules keep;

    @Mixin
    private RunsFolder runs;

    @Mixin
    private Console console;

    @Override
    public Integer call() throws IOException {
        Screen screen = console.screen();
        StoredRun run = runs.find(name);
        History history = History.of(new RealDisk(), run.folder(), step -> false);
        history.damage().ifPresent(damage -> screen.note(damage.getMessage() + "\nOnly the rows before it are used."));
        RetentionPolicy policy = Run.retention(run.folder(), keep.over(run.summary().run()), history);
        try (DirectoryStore store = dryRun ? run.store() : run.writing()) {
            CheckpointStore.Listing listing = store.listing();
            for (long step : history.otherBeginnings(listing.checkpoints())) {
                policy = policy.protecting(step);
            }
            requireMetrics(policy, listing.checkpoints());
            List<CheckpointException> unreadable = new ArrayList<>(listing.unreadable());
            RetentionPlan plan = store.plan(policy, unreadable::add);
            report(screen, run, plan);
            Unreadable.report(screen, run, unreadable);
            if (!dryRun) {
                store.prune(plan);
            }
            end(screen, run, plan, policy);
        }
        return ExitCode.OK;
    }

    /** Refuses a metric that no checkpoint has: probably it is misspelled, and its rule would keep nothing. */
    private static void requireMetrics(RetentionPolicy policy, List<CheckpointInfo> all) {
        SortedSet<String> known = new TreeSet<>();
        all.forEach(c -> known.addAll(c.metrics().keySet()));
        for (RetentionRule rule : policy.rules()) {
            if (rule instanceof RetentionRule.Best best && !best.ranking().equals(policy.ranking())
                    && !known.contains(best.ranking().metric())) {
                throw CommandException.usage("--keep " + best + ": no checkpoint has the metric '" + best.ranking().metric() + "'; "
                        + Spelling.hint(best.ranking().metric(), known) + "\nNothing was deleted.");
            }
        }
    }

    private void report(Screen screen, StoredRun run, RetentionPlan plan) {
        List<RetentionPlan.Choice> all = Stream.concat(plan.kept().stream(), plan.dropped().stream())
                .sorted(Comparator.comparingLong(c -> c.checkpoint().step())).toList();
        if (all.isEmpty()) {
            screen.print(run.hasNone());
            return;
        }
        SortedSet<Long> kept = plan.keptSteps();
        Columns table = new Columns(">step", ">size", "", "because");
        for (RetentionPlan.Choice choice : all) {
            CheckpointInfo c = choice.checkpoint();
            boolean stays = kept.contains(c.step());
            table.add(Long.toString(c.step()), ByteSize.text(c.bytes()), stays ? "keep" : dryRun ? "would delete" : "delete",
                    String.join(", ", choice.reasons()));
            ObjectNode event = Screen.event("choice").put("run", run.name()).put("step", c.step()).put("file", c.fileName())
                    .put("bytes", c.bytes()).put("kept", stays);
            ArrayNode reasons = event.putArray("reasons");
            choice.reasons().forEach(reasons::add);
            screen.emit(event);
        }
        screen.print(table.toString());
    }

    private void end(Screen screen, StoredRun run, RetentionPlan plan, RetentionPolicy policy) {
        screen.print(Format.deletion(plan.dropped().size(), "checkpoint", plan.droppedBytes(), dryRun) + "; "
                + Format.count(plan.kept().size(), "checkpoint") + " kept, " + ByteSize.text(plan.keptBytes()) + " (rules: " + policy
                + ")");
        screen.emit(Screen.event("end").put("run", run.name()).put("rules", policy.toString()).put("dry_run", dryRun)
                .put("kept", plan.kept().size()).put("kept_bytes", plan.keptBytes())
                .put("deleted", plan.dropped().size()).put("deleted_bytes", plan.droppedBytes()));
    }
}
