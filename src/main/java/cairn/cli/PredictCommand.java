package cairn.cli;

import cairn.cli.args.RunStep;
import cairn.cli.report.Format;
import cairn.cli.report.JsonFields;
import cairn.cli.session.Session;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.data.Labels;
import cairn.data.source.Inputs;
import cairn.metrics.MultiLabelEvaluator;
import cairn.train.Prediction;
import cairn.train.Predictor;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cairn predict}. */
@Command(name = "predict", description = {"Predicts the classes, or the targets, of new rows with the model of a checkpoint.",
    "The rows are raw, as in the data set, because the state contains the normalization. Pixels of images are 0 to 255.",
    "With a header, columns are found by name. The file may have the labels too; they are not read."},
        footer = {"", "Examples:",
            "  cairn predict iris flowers.csv          a line of four numbers for each flower",
            "  cairn predict mnist-mlp@best five.png   an image; or a folder of images",
            "  cairn predict iris flowers.csv --json"})
final class PredictCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN[@STEP]", description = RunStep.ARGUMENT)
    private String name;

    @Parameters(index = "1", paramLabel = "INPUT",
            description = "Features: a .csv, .tsv, .npy or .npz file; an image, a folder of images, or an IDX file of images.")
    private Path input;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        Predictor predictor = session.predictor(session.read(name));
        Inputs inputs = predictor.read(input);
        List<String> names = predictor.labels().names();
        if (predictor.labels() instanceof Labels.Classes) {
            classes(screen, inputs, predictor.predictions(inputs.rows()), predictor.givesProbabilities() ? "probability" : "score");
        } else if (predictor.givesProbabilities()) {
            severalLabels(screen, inputs, names, predictor.targets(inputs.rows()));
        } else {
            reals(screen, inputs, names, predictor.targets(inputs.rows()));
        }
        return ExitCode.OK;
    }

    /** @param what what the numbers are: probabilities, or scores of a model that gives none */
    private static void classes(Screen screen, Inputs inputs, List<Prediction> predictions, String what) {
        Columns table = new Columns("row", "class", ">" + what, "runner-up", ">" + what);
        boolean isProbability = what.equals("probability");
        for (int i = 0; i < predictions.size(); i++) {
            List<Prediction.Choice> choices = predictions.get(i).choices();
            ObjectNode event = Screen.event("prediction").put("row", i).put("input", inputs.names().get(i))
                    .put("class", choices.get(0).name());
            JsonFields.put(event, what, choices.get(0).probability());
            String[] second = {"", ""};
            if (choices.size() > 1) {
                event.put("runner_up", choices.get(1).name());
                JsonFields.put(event, "runner_up_" + what, choices.get(1).probability());
                second = new String[] {choices.get(1).name(), number(choices.get(1), isProbability)};
            }
            table.add(inputs.names().get(i), choices.get(0).name(), number(choices.get(0), isProbability), second[0], second[1]);
            screen.emit(event);
        }
        screen.print(table.toString());
    }

    private static String number(Prediction.Choice choice, boolean isProbability) {
        return isProbability ? Format.share(choice.probability()) : Format.real(choice.probability());
    }

    /** Labels that do not exclude each other: the probability of each, and those that are predicted. */
    private static void severalLabels(Screen screen, Inputs inputs, List<String> names, double[][] probabilities) {
        Columns table = table(names, "labels");
        for (int i = 0; i < probabilities.length; i++) {
            double[] row = probabilities[i];
            List<String> predicted = IntStream.range(0, row.length).filter(label -> row[label] >= MultiLabelEvaluator.THRESHOLD)
                    .mapToObj(names::get).toList();
            ObjectNode event = Screen.event("prediction").put("row", i).put("input", inputs.names().get(i));
            ObjectNode each = event.putObject("probabilities");
            IntStream.range(0, row.length).forEach(label -> JsonFields.putExact(each, names.get(label), row[label]));
            predicted.forEach(event.putArray("labels")::add);
            event.put("threshold", MultiLabelEvaluator.THRESHOLD);
            add(table, inputs.names().get(i), Arrays.stream(row).mapToObj(Format::share), String.join(", ", predicted));
            screen.emit(event);
        }
        screen.print(table.toString());
        screen.print("");
        screen.print("A label is predicted if its probability is " + MultiLabelEvaluator.THRESHOLD + " or more.");
    }

    private static void reals(Screen screen, Inputs inputs, List<String> names, double[][] values) {
        Columns table = table(names, "");
        for (int i = 0; i < values.length; i++) {
            double[] row = values[i];
            ObjectNode event = Screen.event("prediction").put("row", i).put("input", inputs.names().get(i));
            ArrayNode outputs = event.putArray("outputs");
            ObjectNode targets = event.putObject("targets");
            for (int t = 0; t < row.length; t++) {
                JsonNode value = Double.isFinite(row[t]) ? new DecimalNode(new BigDecimal(exact(row[t]))) : NullNode.instance;
                outputs.add(value);
                targets.set(names.get(t), value);
            }
            add(table, inputs.names().get(i), Arrays.stream(row).mapToObj(PredictCommand::exact), "");
            screen.emit(event);
        }
        screen.print(table.toString());
    }

    /** A column for each target, between the row and {@code last}. */
    private static Columns table(List<String> names, String last) {
        return new Columns(Stream.of(Stream.of("row"), names.stream().map(name -> ">" + name), Stream.of(last)).flatMap(each -> each)
                .toArray(String[]::new));
    }

    private static void add(Columns table, String row, Stream<String> values, String last) {
        table.add(Stream.of(Stream.of(row), values, Stream.of(last)).flatMap(each -> each).toArray(String[]::new));
    }

    /** As few digits as tell the number from its neighbours. */
    private static String exact(double value) {
        return (float) value == value ? Float.toString((float) value) : Double.toString(value);
    }
}
