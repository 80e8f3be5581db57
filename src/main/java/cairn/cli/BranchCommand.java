package cairn.cli;

import cairn.cli.args.RecipeName;
import cairn.cli.args.RecipeOptions;
import cairn.cli.args.RunStep;
import cairn.cli.args.StateFilterOptions;
import cairn.cli.args.StoredRun;
import cairn.cli.report.Format;
import cairn.cli.report.StateTransferTable;
import cairn.cli.session.Session;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.data.source.DataFolders;
import cairn.recipe.Position;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeChange;
import cairn.run.Branch;
import cairn.run.Run;
import cairn.state.StateDigest;
import cairn.train.Trainer;
import cairn.transfer.StateTransfer;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn branch}. */
@Command(name = "branch", description = {"Starts a run from a checkpoint of another run, with changes. The other run is recorded as the"
        + " parent and not changed.",
    "Everything that fits and still means the same is copied. The rest is initialized and listed, with the reason. The step number stays."},
        footer = {"", "Examples:",
            "  cairn branch iris@240 slower --set optimizer.learning-rate=0.001",
            "  cairn resume slower                         train it",
            "  cairn branch iris@best larger-batches --set data.batch-size=32",
            "  cairn branch iris new-head --without 2.dense --set optimizer.rule=momentum",
            "  cairn branch iris fine-tuned --freeze 0.dense",
            "  cairn branch iris deeper --recipe deeper.yaml --rename 2.dense=4.dense"})
final class BranchCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN@STEP", description = RunStep.ARGUMENT)
    private String parentName;

    @Parameters(index = "1", paramLabel = "NEW", description = "The name of the new run.")
    private String name;

    @Option(names = "--recipe", paramLabel = "RECIPE", order = 5, description = "A recipe that replaces the parent's. --set changes it.")
    private String recipeName;

    @Mixin
    private RecipeOptions changes;

    @Mixin
    private StateFilterOptions selection;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        StoredRun started = session.runs().named(name);
        requireFree(started);
        Session.Found from = session.readProven(parentName);
        StoredRun parent = from.at().run();
        Optional<RecipeName.Source> source = recipeName == null ? Optional.empty() : Optional.of(RecipeName.source(recipeName));
        Recipe base = source.isEmpty() ? parent.recipe() : source.get().recipe();
        DataFolders folders = session.data().folders(parent, source);
        Recipe recipe = changes.over(base, List.of());
        Branch branch = Branch.from(parent.folder(), from.checkpoint()).with(recipe).filtered(selection.selection());
        try (Run run = session.loading(() -> branch.into(started.folder(), session.workspace(folders)))) {
            report(screen, parent, started, branch, run);
        }
        return ExitCode.OK;
    }

    private static void requireFree(StoredRun run) {
        if (run.exists()) {
            throw CommandException.refused("the run " + run.folder() + " exists already and was not changed\n  to continue it:       "
                    + run.command("resume", run.name()) + "\n  or give the branch another name");
        }
    }

    private static void report(Screen screen, StoredRun parent, StoredRun stored, Branch branch, Run run) {
        Trainer trainer = run.trainer();
        List<StateTransfer.Entry> entries = run.transfer().orElseThrow().entries();
        Position now = trainer.position();
        String digest = StateDigest.of(trainer);
        ObjectNode event = Screen.event("branch").put("run", run.name()).put("parent", parent.name()).put("step", now.step())
                .put("epoch", now.epochs()).put("digest", digest).put("parent_digest", branch.from().state().digest());
        ArrayNode changes = event.putArray("changes");
        Columns table = new Columns("", "", "");
        for (RecipeChange change : branch.changes()) {
            changes.addObject().put("path", change.path()).put("before", change.before()).put("after", change.after());
            table.add("changed", change.path(), (change.before().isEmpty() ? "none" : change.before()) + " -> "
                    + (change.after().isEmpty() ? "none" : change.after()));
        }
        StateTransferTable.put(event, entries);
        screen.emit(event);

        screen.print("run " + run.name() + ", from " + parent.name() + " at step " + now.step() + epoch(branch, trainer));
        screen.print("");
        if (!branch.changes().isEmpty()) {
            screen.print(table.toString());
            screen.print("");
        }
        screen.print(StateTransferTable.of(entries).toString());
        screen.print("");
        screen.print("digest " + digest + " at step " + now.step()
                + (digest.equals(branch.from().state().digest()) ? ", the same as the parent" : ""));
        screen.print("continue with: " + stored.command("resume", run.name()));
    }

    /** The epoch of the step. It differs from the parent's if the batch size does. */
    private static String epoch(Branch branch, Trainer trainer) {
        Position now = trainer.position();
        String here = " (epoch " + Format.epoch(now);
        OptionalInt before = branch.parentStepsPerEpoch(trainer);
        return before.isEmpty() || before.getAsInt() == now.stepsPerEpoch() ? here + ")"
                : here + " here, of " + now.stepsPerEpoch() + " steps; it was epoch "
                        + Format.epoch(new Position(now.step(), before.getAsInt())) + " there, of " + before.getAsInt() + ")";
    }
}
