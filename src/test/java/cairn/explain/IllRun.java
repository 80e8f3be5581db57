package cairn.explain;

import cairn.data.source.DataFolders;
import cairn.recipe.BuiltInRecipes;
import cairn.recipe.Recipe;
import cairn.recovery.TrainingFaultException;
import cairn.run.Clocks;
import cairn.run.Run;
import cairn.run.TrainOptions;
import cairn.run.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Runs that were made to have one illness each, in a second or two. */
enum IllRun {
    RATE_ADAM(Illness.LEARNING_RATE_TOO_HIGH, 200, "moons, rows: 400, noise: 0.1", "dense: {units: 16}, tanh, dense: {units: 2}",
            "optimizer: {rule: adam, learning-rate: 10.0}"),
    RATE_SGD(Illness.LEARNING_RATE_TOO_HIGH, 200, "spirals, rows: 600, classes: 3, noise: 0.05",
            "dense: {units: 32}, relu, dense: {units: 3}",
            "optimizer: {rule: sgd, learning-rate: 100.0}"),
    RATE_REGRESSION(Illness.LEARNING_RATE_TOO_HIGH, 200, "csv, file: FOLDER/line.csv, targets: [t]",
            "dense: {units: 16}, relu, dense: {units: 1}",
            "optimizer: {rule: sgd, learning-rate: 2.0}\nloss: mean-squared-error"),
    RATE_IRIS(Illness.LEARNING_RATE_TOO_HIGH, 300, "iris", "optimizer.learning-rate=1.0"),
    RATE_DIGITS(Illness.LEARNING_RATE_TOO_HIGH, 300, "digits", "optimizer.learning-rate=3.0"),
    VANISHING(Illness.VANISHING_GRADIENTS, 300, "moons, rows: 400, noise: 0.1",
            "dense: {units: 8, init: glorot}, sigmoid, ".repeat(20) + "dense: {units: 2}", "optimizer: {rule: adam, learning-rate: 0.003}"),
    VANISHING_SGD(Illness.VANISHING_GRADIENTS, 300, "blobs, rows: 400, classes: 3, noise: 0.2",
            "dense: {units: 8, init: glorot}, sigmoid, ".repeat(10) + "dense: {units: 3}", "optimizer: {rule: sgd, learning-rate: 0.1}"),
    EXPLODING_RELU(Illness.EXPLODING_GRADIENTS, 200, "moons, rows: 400, noise: 0.1",
            "dense: {units: 32, init: {kind: normal, std: 1.0}}, relu, ".repeat(10) + "dense: {units: 2}",
            "optimizer: {rule: adam, learning-rate: 0.001}"),
    EXPLODING_TANH(Illness.EXPLODING_GRADIENTS, 200, "spirals, rows: 600, classes: 3, noise: 0.05",
            "dense: {units: 64, init: {kind: normal, std: 0.3}}, tanh, ".repeat(40) + "dense: {units: 3}",
            "optimizer: {rule: sgd, learning-rate: 0.0001}"),
    DEAD(Illness.DEAD_UNITS, 200, "moons, rows: 400, noise: 0.1",
            "dense: {units: 16}, sigmoid, dense: {units: 16, init: {kind: constant, value: -0.5}}, relu, dense: {units: 2}",
            "optimizer: {rule: adam, learning-rate: 0.003}"),
    SATURATED(Illness.SATURATED_ACTIVATIONS, 300, "spirals, rows: 600, classes: 3, noise: 0.05",
            "dense: {units: 32}, tanh, dense: {units: 32, init: {kind: normal, std: 10.0}}, tanh, dense: {units: 3}",
            "optimizer: {rule: sgd, learning-rate: 0.01}"),
    OVERFITTING(Illness.OVERFITTING, 300, "csv, file: FOLDER/small.csv, label: label",
            "dense: {units: 128}, relu, dense: {units: 128}, relu, dense: {units: 2}", "optimizer: {rule: adam, learning-rate: 0.01}"),
    LABEL_NOISE(Illness.LABEL_NOISE, 600, "csv, file: FOLDER/noisy.csv, label: label", "dense: {units: 16}, relu, dense: {units: 2}",
            "optimizer: {rule: adam, learning-rate: 0.01}"),
    LABEL_NOISE_DEEP(Illness.LABEL_NOISE, 1500, "csv, file: FOLDER/noisy.csv, label: label",
            "dense: {units: 128}, relu, dense: {units: 128}, relu, dense: {units: 2}", "optimizer: {rule: adam, learning-rate: 0.005}"),
    LABELS_PERMUTED(Illness.LABEL_NOISE, 300, "csv, file: FOLDER/permuted.csv, label: label", "dense: {units: 16}, tanh, dense: {units: 3}",
            "optimizer: {rule: adam, learning-rate: 0.01}"),
    NOT_NORMALIZED(Illness.NOT_NORMALIZED, 300, "csv, file: FOLDER/rings.csv, label: label, normalize: none",
            "dense: {units: 16}, tanh, dense: {units: 2}", "optimizer: {rule: adam, learning-rate: 0.01}"),
    NOT_NORMALIZED_RELU(Illness.NOT_NORMALIZED, 300, "csv, file: FOLDER/rings.csv, label: label, normalize: none",
            "dense: {units: 16}, relu, dense: {units: 2}", "optimizer: {rule: adam, learning-rate: 0.01}"),
    NOT_NORMALIZED_TARGETS(Illness.NOT_NORMALIZED, 200, "csv, file: FOLDER/far.csv, targets: [t]",
            "dense: {units: 16}, relu, dense: {units: 1}",
            "optimizer: {rule: adam, learning-rate: 0.01}\nloss: mean-squared-error"),
    IMBALANCE(Illness.CLASS_IMBALANCE, 400, "csv, file: FOLDER/rare.csv, label: label", "dense: {units: 8}, tanh, dense: {units: 2}",
            "optimizer: {rule: adam, learning-rate: 0.003}"),
    RATE_TOO_LOW(Illness.PLATEAU, 300, "moons, rows: 400, noise: 0.1", "dense: {units: 16}, tanh, dense: {units: 2}",
            "optimizer: {rule: adam, learning-rate: 0.00001}"),
    SCHEDULE_ENDED(Illness.PLATEAU, 300, "spirals, rows: 600, classes: 3, noise: 0.05", "dense: {units: 32}, tanh, dense: {units: 3}",
            "optimizer: {rule: adam, learning-rate: 0.01}\nschedule: {rule: cosine, over: 2ep, to: 0.0}"),
    STUCK(Illness.PLATEAU, 300, "xor, rows: 600, noise: 0.1", "dense: {units: 2}", "optimizer: {rule: adam, learning-rate: 0.01}"),
    NOT_FINITE(Illness.NOT_FINITE, 200, "moons, rows: 400, noise: 0.1, poison: {steps: [70], factor: 1.0e39}",
            "dense: {units: 16}, tanh, dense: {units: 2}", "optimizer: {rule: adam, learning-rate: 0.01}"),
    SPIKES(Illness.LOSS_SPIKES, 200, "moons, rows: 400, noise: 0.1, poison: {steps: [120, 165], factor: -20.0}",
            "dense: {units: 16}, relu, dense: {units: 2}", "optimizer: {rule: adam, learning-rate: 0.01}");

    /** As many steps as the recipe says. */
    static final long IN_FULL = -1;

    private final Illness illness;
    private final long steps;
    private final String yaml;
    private final String base;
    private final String change;

    IllRun(Illness illness, long steps, String data, String model, String rest) {
        this.illness = illness;
        this.steps = steps;
        this.base = "";
        this.change = "";
        this.yaml = "name: ill\nseed: 1\ndata: {set: " + data + ", batch-size: 32, validation: 0.1, test: 0.1}\nmodel: [" + model + "]\n"
                + rest
                + "\nevaluate: {every: 1ep}\n";
    }

    /** A built-in recipe with one setting changed. */
    IllRun(Illness illness, long steps, String base, String change) {
        this.illness = illness;
        this.steps = steps;
        this.base = base;
        this.change = change;
        this.yaml = "";
    }

    Illness illness() {
        return illness;
    }

    Recipe recipe(Path folder) {
        return base.isEmpty() ? Recipe.parse(yaml.replace("FOLDER", folder.toString().replace('\\', '/')), name())
                : BuiltInRecipes.get(base).with(List.of(change));
    }

    static Workspace workspace() {
        return Workspace.of(DataFolders.standard(), new Clocks(() -> 0, () -> 0));
    }

    /** The run, which is trained once. */
    Path train(Path root) throws IOException {
        IllData.into(root);
        return train(root, name().toLowerCase(Locale.ROOT).replace('_', '-'), recipe(root), steps);
    }

    /** Trains a recipe, unless it was done; a training that ends at a fault is a run too. */
    static Path train(Path root, String name, Recipe recipe, long steps) throws IOException {
        Path folder = root.resolve(name);
        if (!Files.exists(folder)) {
            try (Run run = Run.create(folder, recipe, workspace())) {
                run.train(TrainOptions.until(steps == IN_FULL ? recipe.run().length(run.trainer().position().stepsPerEpoch()) : steps));
            } catch (TrainingFaultException end) {
                // That is the run that was asked for.
            }
        }
        return folder;
    }
}
