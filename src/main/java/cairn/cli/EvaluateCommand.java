package cairn.cli;

import cairn.cli.args.RunStep;
import cairn.cli.report.Format;
import cairn.cli.report.JsonFields;
import cairn.cli.session.Session;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.data.Labels;
import cairn.metrics.Evaluation;
import cairn.train.Predictor;
import cairn.train.TrainingData;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn evaluate}. */
@Command(name = "evaluate", description = "Measures the model of a checkpoint. Writes nothing. Brackets contain 95 %% intervals.",
        footer = {"", "Examples:",
            "  cairn evaluate iris                          on the test rows",
            "  cairn evaluate iris@best --split validation",
            "  cairn evaluate mnist-mlp@938 --json"})
final class EvaluateCommand implements Callable<Integer> {
    /** Wider tables are not printed; --json has them. */
    private static final int MOST_CLASSES = 12;

    /** The parts of the data. */
    enum Split { train, validation, test }

    @Parameters(paramLabel = "RUN[@STEP]", description = RunStep.ARGUMENT)
    private String name;

    @Option(names = "--split", paramLabel = "ROWS", defaultValue = "test",
            description = "The rows to measure on: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Split split;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        Session.Found found = session.read(name);
        RunStep at = found.at();
        Predictor predictor = session.predictor(found);
        TrainingData data = TrainingData.open(at.run().recipe(), session.data().folders(at.run()), found.checkpoint().state());
        Evaluation evaluation = predictor.evaluate(data, split.name());

        ObjectNode event = at.event("evaluation").put("split", split.name());
        JsonFields.put(event, evaluation);
        screen.print(at.run().name() + " at step " + at.step() + ", " + Format.count(evaluation.rows(), split.name() + " row"));
        screen.print("");
        Columns measures = new Columns("", "");
        evaluation.measures().forEach((measure, estimate) -> measures.add(measure, estimate.toString()));
        screen.print(measures.toString());
        if (evaluation instanceof Evaluation.Classification c && predictor.labels() instanceof Labels.Classes names) {
            JsonFields.putClasses(event, c, names);
            screen.print("");
            screen.print(classes(c, names).toString());
            if (names.width() <= MOST_CLASSES) {
                screen.print("");
                screen.print(confusion(c, names).toString());
            }
        }
        List<String> names = predictor.labels().names();
        if (evaluation instanceof Evaluation.MultiLabel m) {
            JsonFields.putLabels(event, m, names);
            screen.print("");
            screen.print(labels(m, names).toString());
        } else if (evaluation instanceof Evaluation.Regression r) {
            JsonFields.putTargets(event, r, names);
            if (names.size() > 1) {
                screen.print("");
                screen.print(targets(r, names).toString());
            }
        }
        screen.emit(event);
        return ExitCode.OK;
    }

    private static Columns classes(Evaluation.Classification evaluation, Labels.Classes names) {
        Columns table = new Columns("class", ">rows", ">precision", ">recall", ">f1");
        for (Evaluation.OfClass c : evaluation.classes()) {
            table.add(names.names().get(c.index()), Long.toString(c.support()), Format.share(c.precision().value()),
                    Format.share(c.recall().value()), Format.share(c.f1().value()));
        }
        return table;
    }

    private static Columns labels(Evaluation.MultiLabel evaluation, List<String> names) {
        Columns table = new Columns("label", ">rows", ">accuracy", ">precision", ">recall", ">f1");
        for (Evaluation.OfLabel l : evaluation.labels()) {
            table.add(names.get(l.index()), Long.toString(l.support()), Format.share(l.accuracy().value()),
                    Format.share(l.precision().value()), Format.share(l.recall().value()), Format.share(l.f1().value()));
        }
        return table;
    }

    private static Columns targets(Evaluation.Regression evaluation, List<String> names) {
        Columns table = new Columns("target", "mean-absolute-error", ">r-squared");
        for (Evaluation.OfTarget t : evaluation.targets()) {
            table.add(names.get(t.index()), t.meanAbsoluteError().toString(), t.rSquared().toString());
        }
        return table;
    }

    private static Columns confusion(Evaluation.Classification evaluation, Labels.Classes names) {
        String[] heads = new String[names.width() + 1];
        heads[0] = "is \\ predicted";
        for (int c = 0; c < names.width(); c++) {
            heads[c + 1] = ">" + names.names().get(c);
        }
        Columns table = new Columns(heads);
        for (int label = 0; label < names.width(); label++) {
            String[] cells = new String[heads.length];
            cells[0] = names.names().get(label);
            for (int predicted = 0; predicted < names.width(); predicted++) {
                long count = evaluation.confusion().count(label, predicted);
                cells[predicted + 1] = count == 0 ? "." : Long.toString(count);
            }
            table.add(cells);
        }
        return table;
    }
}
