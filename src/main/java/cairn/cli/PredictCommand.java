package cairn.cli;

import cairn.cli.args.RunStep;
import cairn.cli.report.Format;
import cairn.cli.report.JsonFields;
import cairn.cli.terminal.Columns;
import cairn.cli.terminal.ExitCode;
import cairn.cli.terminal.Screen;
import cairn.data.Labels;
import cairn.data.source.Inputs;
import cairn.train.Prediction;
import cairn.train.Predictor;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cairn predict}. */
@Command(name = "predict", description = {"Predicts the classes, or the outputs, of new rows with the model of a checkpoint.",
    "The rows are raw, as in the data set, because the state contains the normalization. Pixels of images are 0 to 255."},
        footer = {"", "Examples:",
            "  cairn predict iris flowers.csv          a line of four numbers for each flower",
            "  cairn predict mnist-mlp@best five.png   an image; or a folder of images",
            "  cairn predict iris flowers.csv --json"})
final class PredictCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RUN[@STEP]", description = RunStep.ARGUMENT)
    private String name;

    @Parameters(index = "1", paramLabel = "INPUT",
            description = "Features without labels: a .csv, .tsv or .npy file; an image, a folder of images, or an IDX file of images.")
    private Path input;

    @Mixin
    private Session session;

    @Override
    public Integer call() throws IOException {
        Screen screen = session.screen();
        Predictor predictor = session.predictor(session.read(name));
        Inputs inputs = Inputs.read(input, predictor.shape(), predictor.labels());
        if (predictor.labels() instanceof Labels.Classes) {
            classes(screen, inputs, predictor.predictions(inputs.rows()));
        } else {
            reals(screen, inputs, predictor.outputs(inputs.rows()));
        }
        return ExitCode.OK;
    }

    private static void classes(Screen screen, Inputs inputs, List<Prediction> predictions) {
        Columns table = new Columns("row", "class", ">probability", "runner-up", ">probability");
        for (int i = 0; i < predictions.size(); i++) {
            List<Prediction.Choice> choices = predictions.get(i).choices();
            ObjectNode event = Screen.event("prediction").put("row", i).put("input", inputs.names().get(i))
                    .put("class", choices.get(0).name());
            JsonFields.put(event, "probability", choices.get(0).probability());
            String[] second = {"", ""};
            if (choices.size() > 1) {
                event.put("runner_up", choices.get(1).name());
                JsonFields.put(event, "runner_up_probability", choices.get(1).probability());
                second = new String[] {choices.get(1).name(), Format.share(choices.get(1).probability())};
            }
            table.add(inputs.names().get(i), choices.get(0).name(), Format.share(choices.get(0).probability()), second[0], second[1]);
            screen.emit(event);
        }
        screen.print(table.toString());
    }

    private static void reals(Screen screen, Inputs inputs, float[][] outputs) {
        Columns table = new Columns("row", "outputs");
        for (int i = 0; i < outputs.length; i++) {
            float[] row = outputs[i];
            ObjectNode event = Screen.event("prediction").put("row", i).put("input", inputs.names().get(i));
            ArrayNode values = event.putArray("outputs");
            for (float y : row) {
                values.add(y);
            }
            table.add(inputs.names().get(i), IntStream.range(0, row.length).mapToObj(j -> Float.toString(row[j]))
                    .collect(Collectors.joining("  ")));
            screen.emit(event);
        }
        screen.print(table.toString());
    }
}
