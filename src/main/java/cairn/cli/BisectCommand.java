package cairn.cli;

import cairn.cli.args.StoredRun;
import cairn.cli.report.Format;
import cairn.cli.session.Session;
import cairn.cli.terminal.CommandException;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.replay.Bisection;
import cairn.replay.Condition;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn bisect}. */
@Command(name = "bisect", description = {
    "Finds the first step of a run at which a condition holds, and the rows of the batch of this step.",
    "Looks up what the journal recorded, and trains the rest again in memory. Writes nothing."},
        footer = {"", "Examples:",
            "  cairn bisect iris --when 'loss>2'",
            "  cairn bisect mnist-mlp --when 'non-finite|gradient-norm>100'",
            "  cairn bisect iris --when 'accuracy<0.5|evaluation/loss>3' --json"})
final class BisectCommand implements Callable<Integer> {
    private static final int SHOWN = 32;

    @Parameters(paramLabel = "RUN", description = StoredRun.ARGUMENT)
    private String name;

    @Option(names = "--when", paramLabel = "CONDITION", order = 0, description = {
        "The condition (required): non-finite, or NAME>NUMBER (or <, >=, <=). Several are separated by |, and one of them is enough.",
        "Names: loss, gradient-norm, learning-rate, and the measures of the evaluations."})
    private String when;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        if (when == null) {
            throw CommandException.usage("--when is missing: name the condition, such as: "
                    + session.runs().command("bisect", name, "--when", "non-finite|loss>10"));
        }
        StoredRun run = session.runs().find(name);
        Bisection bisection = session.replay(run, 0,
                (replay, progress) -> replay.bisect(Condition.parse(when, replay.measures()), progress));
        ObjectNode event = Screen.event("bisect").put("run", run.name()).put("when", bisection.condition().toString())
                .put("searched", bisection.searched()).put("replayed", bisection.replayed()).put("found", bisection.found().isPresent());
        bisection.found().ifPresentOrElse(found -> {
            screen.print("first at step " + found.step() + " (epoch " + found.epoch() + "): " + found.term() + ", " + found.value());
            screen.print("rows of its batch, counted from 0 in the data set: " + shown(found.rows()));
            screen.print("the state before it: " + run.name() + "@" + (found.step() - 1));
            event.put("step", found.step()).put("epoch", found.epoch()).put("term", found.term()).put("value", found.value());
            ArrayNode rows = event.putArray("rows");
            found.rows().forEach(rows::add);
            ArrayNode training = event.putArray("training_rows");
            found.trainingRows().forEach(training::add);
        }, () -> screen.print("not found in " + Format.count(bisection.searched(), "step") + ": " + bisection.condition()));
        screen.print("searched " + Format.count(bisection.searched(), "step") + ", of which " + bisection.replayed()
                + " were trained again");
        screen.emit(event);
        return ExitCode.OK;
    }

    private static String shown(List<Integer> rows) {
        return rows.size() <= SHOWN ? rows.toString()
                : rows.subList(0, SHOWN).toString().replace("]", ", ... " + rows.size() + " in total; --json has them all]");
    }
}
