package cairn.cli;

import cairn.cli.look.BoundaryCommand;
import cairn.cli.look.ExplainCommand;
import cairn.cli.look.OpenCommand;
import cairn.cli.look.PageCommand;
import cairn.cli.look.PlayCommand;
import cairn.cli.look.PlotCommand;
import cairn.cli.look.RowsCommand;
import cairn.cli.look.WatchCommand;
import java.util.List;

/**
 * The commands, by their names. To make all of them takes a tenth of a second, because each is read by reflection, with its options and
 * help. So only those that a command line needs are made.
 */
final class Commands {
    /** In the order of the help page. */
    static final List<String> NAMES = List.of(
            "train", "play", "open", "page", "resume", "rollback", "goto", "bisect", "branch", "log", "plot", "watch",
            "rows", "boundary", "compare", "evaluate", "predict", "checkpoints", "show", "diff", "verify", "prune", "pin",
            "unpin", "import", "export", "gc", "data", "lab", "explain", "recipes", "doctor");

    private Commands() {
    }

    /** The class of a command, which is loaded by this call and not before. */
    static Class<?> named(String name) {
        return switch (name) {
            case "train" -> TrainCommand.class;
            case "play" -> PlayCommand.class;
            case "open" -> OpenCommand.class;
            case "page" -> PageCommand.class;
            case "resume" -> ResumeCommand.class;
            case "rollback" -> RollbackCommand.class;
            case "goto" -> GotoCommand.class;
            case "bisect" -> BisectCommand.class;
            case "branch" -> BranchCommand.class;
            case "log" -> LogCommand.class;
            case "plot" -> PlotCommand.class;
            case "watch" -> WatchCommand.class;
            case "rows" -> RowsCommand.class;
            case "boundary" -> BoundaryCommand.class;
            case "compare" -> CompareCommand.class;
            case "evaluate" -> EvaluateCommand.class;
            case "predict" -> PredictCommand.class;
            case "checkpoints" -> CheckpointsCommand.class;
            case "show" -> ShowCommand.class;
            case "diff" -> DiffCommand.class;
            case "verify" -> VerifyCommand.class;
            case "prune" -> PruneCommand.class;
            case "pin" -> PinCommand.class;
            case "unpin" -> UnpinCommand.class;
            case "import" -> ImportCommand.class;
            case "export" -> ExportCommand.class;
            case "gc" -> GcCommand.class;
            case "data" -> DataCommand.class;
            case "lab" -> LabCommand.class;
            case "explain" -> ExplainCommand.class;
            case "recipes" -> RecipesCommand.class;
            case "doctor" -> DoctorCommand.class;
            default -> throw new IllegalArgumentException("there is no command " + name);
        };
    }

    /** The commands that have to be known to run the command line. If it names none, these are all: they are listed, or the nearest is. */
    static List<String> neededFor(String... args) {
        int at = args.length > 1 && args[0].equals("help") ? 1 : 0;
        if (args.length == 1 && args[0].equals("--version")) {
            return List.of();
        }
        return at < args.length && NAMES.contains(args[at]) ? List.of(args[at]) : NAMES;
    }
}
