package cairn.cli;

import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.cli.args.RunArguments;
import cairn.cli.args.StoredRun;
import cairn.cli.report.RecipeEditAdvice;
import cairn.cli.report.Training;
import cairn.cli.session.Session;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.Signals;
import cairn.run.ResumeGrade;
import cairn.run.ResumeOptions;
import cairn.run.Run;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn resume}. */
@Command(name = "resume", description = {"Continues a run from its newest checkpoint, exactly as if it had never stopped.",
    "--epochs and --steps are totals: they count from the beginning of the run.",
    "If the newest checkpoint is damaged, a note says so, and the run continues from the one before it. Nothing is deleted."},
        footer = {"", "Examples:",
            "  cairn resume mnist-mlp                to the end that its recipe names",
            "  cairn resume iris --epochs 80         further, until 80 epochs are done in total",
            "  cairn resume iris --save-every 1 --keep all",
            "  cairn resume iris --require exact     or fail, if this machine computes differently",
            "  cairn resume iris --no-fallback       or fail, if the newest is damaged"})
final class ResumeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = StoredRun.ARGUMENT)
    private String name;

    @Option(names = "--no-fallback", order = 20,
            description = "Refuses to continue from an older checkpoint if the newest is damaged.")
    private boolean noFallback;

    @Option(names = "--require", paramLabel = "GRADE", order = 21, converter = GradeName.class, defaultValue = "same-data",
            description = "Refuses to continue with a lower resume grade: exact (bit for bit as without a stop), or same-data (default:"
                    + " the same rows in the same order, but the arithmetic may differ).")
    private ResumeGrade.Level required;

    /** Reads a grade as users write it. */
    static final class GradeName implements CommandLine.ITypeConverter<ResumeGrade.Level> {
        @Override
        public ResumeGrade.Level convert(String text) {
            return Stream.of(ResumeGrade.Level.EXACT, ResumeGrade.Level.SAME_DATA).filter(level -> level.word().equals(text)).findFirst()
                    .orElseThrow(() -> new CommandLine.TypeConversionException("expected exact or same-data, found '" + text + "'"));
        }
    }

    @Mixin
    private RunArguments arguments;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        StoredRun stored = session.runs().find(name);
        arguments.over(stored.recipe().run());
        // Before signals are caught: until then Ctrl+C ends the process at once, even while a driver compiles.
        session.chooseBackend();
        try (Signals signals = Signals.receive(session.host(), screen);
                Run run = session.loading(() -> Run.resume(stored.folder(), session.workspace(session.data().folders(stored)),
                        ResumeOptions.standard().requiring(required).advising(RecipeEditAdvice::of).onDamaged(damaged -> fallBack(screen,
                                damaged))))) {
            List<String> require = required == ResumeGrade.Level.EXACT ? List.of("--require", required.word()) : List.of();
            String again = stored.command(Stream.of(List.of("resume", stored.typed()), arguments.words(), require, session.data().words())
                    .flatMap(List::stream).toArray(String[]::new));
            return new Training(session.host(), screen, run, stored, arguments.tensorboard(stored), again)
                    .train(arguments.over(run.trainer().recipe().run()), arguments.onSaveError(), arguments.watch(), arguments.pace(), signals);
        }
    }

    private void fallBack(Screen screen, DamagedCheckpointException damaged) {
        if (noFallback) {
            throw CommandException.refused(damaged.getMessage() + "\nNothing was changed. Without --no-fallback the run continues from"
                    + " the checkpoint before it, and the steps after that one are trained again");
        }
        screen.note(damaged.getMessage() + "\nThe run continues from the checkpoint before it.");
    }
}
