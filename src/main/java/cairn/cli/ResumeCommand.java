package cairn.cli;

import cairn.checkpoint.format.DamagedCheckpointException;
import cairn.cli.args.RunArguments;
import cairn.cli.args.StoredRun;
import cairn.cli.report.RecipeEditAdvice;
import cairn.cli.report.Training;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine;

/** {@code cairn resume}. */
@Command(name = "resume", description = {"Goes on with a run from its newest checkpoint, exactly as if it had never stopped.",
    "--epochs and --steps count from the beginning of the run: they are totals.",
    "If the newest checkpoint is damaged, that is said, and the one before it is taken; nothing is deleted."},
        footer = {"", "Examples:",
            "  cairn resume mnist-mlp                to where the run was meant to go",
            "  cairn resume iris --epochs 80         further; an epoch done is not done again",
            "  cairn resume iris --save-every 1 --keep all",
            "  cairn resume iris --require exact     or not at all, if this machine computes differently",
            "  cairn resume iris --no-fallback       or not at all, if the newest checkpoint is damaged"})
final class ResumeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = StoredRun.ARGUMENT)
    private String name;

    @Option(names = "--no-fallback", order = 20,
            description = "Refuse to go on from an older checkpoint if the newest is damaged.")
    private boolean noFallback;

    @Option(names = "--require", paramLabel = "GRADE", order = 21, converter = GradeName.class, defaultValue = "same-data",
            description = "Refuse to go on with less: exact (bit for bit what the unbroken training would be), or same-data (default: the"
                    + " arithmetic may be another machine's).")
    private ResumeGrade.Level required;

    /** Reads the names that users write. */
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
        try (Signals signals = Signals.heardBy(session.host(), screen);
                Run run = session.loading(() -> Run.resume(stored.folder(), session.workspace(session.data().folders(stored)),
                        ResumeOptions.standard().requiring(required).advising(RecipeEditAdvice::of).onDamaged(damaged -> passOver(screen, damaged))))) {
            List<String> require = required == ResumeGrade.Level.EXACT ? List.of("--require", required.word()) : List.of();
            String again = stored.command(Stream.of(List.of("resume", stored.typed()), arguments.words(), require, session.data().words())
                    .flatMap(List::stream).toArray(String[]::new));
            return new Training(session.host(), screen, run, stored, again)
                    .train(arguments.over(run.trainer().recipe().run()), arguments.onSaveError(), arguments.watch(), signals);
        }
    }

    private void passOver(Screen screen, DamagedCheckpointException damaged) {
        if (noFallback) {
            throw CommandException.refused(damaged.getMessage() + "\nNothing was changed. Without --no-fallback the checkpoint before it"
                    + " is taken, and the steps since then are made again");
        }
        screen.note(damaged.getMessage() + "\nIt is passed over; the one before it is resumed.");
    }
}
