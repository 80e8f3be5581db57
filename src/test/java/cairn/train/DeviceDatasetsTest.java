package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Normalization;
import cairn.data.Splits;
import cairn.data.Table;
import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import cairn.tensor.device.Backend;
import cairn.tensor.device.FreeMemory;
import cairn.tensor.device.TransferCounters;
import cairn.tensor.op.ByteRows;
import cairn.train.device.DatasetTooLarge;
import cairn.train.device.DeviceDatasets;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A training with its rows on the device is the same to the bit, and a step copies only the numbers of its rows. */
@Tag("device")
class DeviceDatasetsTest {
    private static final String MLP = "[flatten, {dense: {units: 16}}, batch-norm, relu, {dropout: {rate: 0.2}}, {dense: {units: %d}}]";
    private static final String CNN = "[{conv2d: {filters: 4, kernel: 3, padding: same}}, relu, max-pool2d, flatten, {dense: {units: %d}}]";

    @BeforeAll
    static void onlyOnADevice() {
        assumeTrue(Backend.isDevice());
    }

    static List<Recipe> recipes() {
        String digits = "{set: digits, batch-size: %s}";
        return List.of(
                recipe(digits.formatted("64"), MLP, 10, ""),
                recipe(digits.formatted("64, normalize: none"), CNN, 10, "dtype: float64"),
                recipe(digits.formatted("64, normalize: scale"), MLP, 10, "dtype: float64"),
                recipe(digits.formatted("50, normalize: standardize, drop-last: true"), CNN, 10, ""),
                recipe(digits.formatted("70, micro-batches: 3"), MLP, 10,
                        "loss: {kind: softmax-cross-entropy, label-smoothing: 0.1, class-weights: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}"),
                recipe(digits.formatted("64, poison: {steps: [3, 30, 31], factor: -3.7}"), MLP, 10, ""),
                recipe(digits.formatted("1"), CNN, 10, "clip: {kind: norm, norm: 1.0}"),
                recipe("{set: iris, batch-size: 16, validation: 0}", MLP, 3, ""),
                recipe("{set: wine, batch-size: 16, normalize: standardize}", MLP, 3, "dtype: float64"),
                recipe("{set: breast-cancer, batch-size: 64}", MLP, 2, "loss: mean-squared-error"),
                recipe("{set: spirals, rows: 300, classes: 3, batch-size: 32, poison: {steps: [2], factor: 1.5}}", MLP, 3,
                        "average: {decay: 0.9}"));
    }

    /** More than two epochs: with short batches, two orders and evaluations. */
    @ParameterizedTest
    @MethodSource("recipes")
    void theStateEqualsThatOfBatchesMadeOnTheHost(Recipe recipe) throws IOException {
        assertSame(recipe, TrainingData.open(recipe, DataFolders.standard()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "scale", "standardize"})
    void colorsAreNormalizedWithTheSameBits(String normalization) {
        Recipe recipe = recipe("{set: digits, batch-size: 7, normalize: " + normalization + "}", CNN, 2, "");
        assertSame(recipe, data(colors(40), colors(9), colors(5)));
    }

    @Test
    void realTargetsAreTheSame() {
        Recipe recipe = recipe("{set: digits, batch-size: 8, normalize: standardize}", MLP, 2,
                "loss: {kind: huber}\nevaluate: {every: 1ep, monitor: loss}");
        assertSame(recipe, data(reals(50), reals(10), reals(10)));
    }

    private static void assertSame(Recipe recipe, TrainingData data) {
        try (Trainer onDevice = Trainer.fresh(recipe, data); Trainer host = new Trainer(recipe, data, false)) {
            assertThat(onDevice.parts().datasets().has(data.splits().train())).isTrue();
            assertThat(onDevice.parts().datasets().has(data.monitored())).isTrue();
            assertThat(host.parts().datasets().has(data.splits().train())).isFalse();
            long steps = 2L * host.position().stepsPerEpoch() + 2;
            for (long step : new long[] {1, steps / 2, Math.min(steps, 200)}) {
                onDevice.trainTo(step);
                host.trainTo(step);
                assertThat(onDevice.snapshot().digest()).as("at step " + step).isEqualTo(host.snapshot().digest());
            }
            for (String split : List.of("train", "validation", "test")) {
                if (data.rows(split).size() > 0) {
                    assertThat(onDevice.evaluate(data.rows(split))).isEqualTo(host.evaluate(data.rows(split)));
                }
            }
        }
    }

    @Test
    void rowsThatChangeInEveryEpochAreMadeOnTheHost() throws IOException {
        Recipe recipe = recipe("{set: digits, batch-size: 64, augment: {shift: 1}}", CNN, 10, "");
        try (Trainer trainer = Trainer.fresh(recipe)) {
            assertThat(trainer.parts().datasets().has(trainer.data().splits().train())).isFalse();
            assertThat(trainer.parts().datasets().has(trainer.data().monitored())).isTrue();
            assertThat(trainer.memory().tooLarge()).isEmpty();
            trainer.step();
        }
    }

    /** They may use half of the free memory, to the byte. */
    @Test
    void rowsThatDoNotFitAreMadeOnTheHost() throws IOException {
        Recipe recipe = recipe("{set: digits, batch-size: 64, validation: 100}", MLP, 10, "");
        TrainingData data = TrainingData.open(recipe, DataFolders.standard());
        DataSet train = data.splits().train();
        long need = train.size() * (64L + 10) * Float.BYTES + (train.isBytes() ? ByteRows.scratch(train.size(), train.featureCount()) : 0);
        long both = need + 100 * (64L + 10) * Float.BYTES;
        Normalization none = Normalization.none();
        DeviceDatasets little = DeviceDatasets.of(recipe, data.splits(), none, 2 * need - 2);
        assertThat(little.has(train)).isFalse();
        assertThat(little.tooLarge()).hasValue(new DatasetTooLarge(train.size() * 74L * Float.BYTES, need - 1));
        DeviceDatasets enough = DeviceDatasets.of(recipe, data.splits(), none, 2 * need);
        assertThat(enough.has(train)).isTrue();
        assertThat(enough.tooLarge()).isEmpty();
        assertThat(enough.bytes()).isGreaterThanOrEqualTo(train.size() * 74L * Float.BYTES);
        assertThat(DeviceDatasets.of(recipe, data.splits(), none, 2 * both).has(data.splits().validation())).isTrue();
    }

    /** Another process can take the memory between the start and the first step, and free it later. */
    @Test
    void rowsThatNoLongerFitAreCopiedAndTheTrainingIsTheSame() throws IOException {
        assumeTrue("simulated-gpu".equals(System.getProperty("cairn.backend")));
        Recipe recipe = recipe("{set: digits, batch-size: 64, micro-batches: 2}", MLP, 10, "");
        TrainingData data = TrainingData.open(recipe, DataFolders.standard());
        try (Trainer onDevice = Trainer.fresh(recipe, data); Trainer host = new Trainer(recipe, data, false)) {
            assertThat(onDevice.parts().datasets().has(data.splits().train())).isTrue();
            System.setProperty(FreeMemory.SIMULATED_FREE, "100000");
            TransferCounters before = TransferCounters.now();
            onDevice.trainTo(15);
            assertThat(TransferCounters.now().since(before).writtenBytes()).isGreaterThan(15 * 64 * (64 + 10) * Float.BYTES - 1);
            System.clearProperty(FreeMemory.SIMULATED_FREE);
            onDevice.trainTo(40);
            host.trainTo(40);
            assertThat(onDevice.snapshot().digest()).isEqualTo(host.snapshot().digest());
        } finally {
            System.clearProperty(FreeMemory.SIMULATED_FREE);
        }
    }

    /** After the first steps: one copy of row numbers for each micro-batch, and no new array. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aStepCopiesOnlyTheNumbersOfItsRows(int parts) throws IOException {
        for (String model : List.of(MLP, CNN)) {
            Recipe recipe = recipe("{set: digits, batch-size: 48, drop-last: true, micro-batches: " + parts + "}", model, 10, "");
            try (Trainer trainer = Trainer.fresh(recipe)) {
                for (int i = 0; i < 3; i++) {
                    trainer.step();
                }
                TransferCounters before = TransferCounters.now();
                int steps = 40;
                for (int i = 0; i < steps; i++) {
                    trainer.step();
                }
                TransferCounters made = TransferCounters.now().since(before);
                assertThat(made.writes()).as("copies to the device").isEqualTo((long) steps * parts);
                assertThat(made.writtenBytes()).isEqualTo((long) steps * 48 * Integer.BYTES);
                assertThat(made.arrays()).as("arrays").isZero();
            }
        }
    }

    private static Recipe recipe(String data, String model, int outputs, String more) {
        String evaluate = more.contains("evaluate:") ? "" : "evaluate: {every: 13}\n";
        return Recipe.parse("name: resident\nseed: 3\ndata: " + data + "\nmodel: " + model.formatted(outputs)
                + "\noptimizer: {rule: adam, learning-rate: 0.01}\n" + evaluate + more + "\n", "resident");
    }

    private static TrainingData data(Table train, Table validation, Table test) {
        return new TrainingData(new Splits(train, validation, test), "made here", "");
    }

    private static Table colors(int rows) {
        byte[] pixels = new byte[rows * 8 * 8 * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * i * 31 + i / 5);
        }
        int[] classes = new int[rows];
        for (int i = 0; i < rows; i++) {
            classes[i] = i % 2;
        }
        return Table.ofBytes("colors", new long[] {8, 8, 3}, pixels, Labels.Classes.numbered(2), classes);
    }

    private static Table reals(int rows) {
        float[] features = new float[rows * 3];
        float[] targets = new float[rows * 2];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) StrictMath.sin(i);
        }
        for (int i = 0; i < targets.length; i++) {
            targets[i] = features[i] - features[i + rows];
        }
        return Table.ofFloats("reals", new long[] {3}, features, new Labels.Reals(2), targets);
    }
}
