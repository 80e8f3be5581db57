package cairn.bench.peers;

import cairn.data.Batches;
import cairn.data.Normalization;
import cairn.data.Splits;
import cairn.data.source.DataFolders;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.train.TrainingData;
import java.io.IOException;
import java.util.Locale;

/**
 * What is trained: a model, float32, Adam at 0.001, softmax cross-entropy, batches of real rows.
 *
 * @param steps the steps of one turn; they take a fraction of a second, so that other work of the machine slows down all trainers
 * @param flops the operations of the products of one step: forward, gradient of the weights, gradient of the inputs of all layers but the
 *     first
 * @param bytes the smallest number of bytes that a step must move: the optimizer reads gradient, two moments and weights, and writes
 *     moments and weights
 */
public record Work(String name, String recipe, int steps, double flops, double bytes) {

    public static final Work TINY = new Work("tiny", """
            name: tiny
            seed: 42
            data: {set: iris, batch-size: 16}
            model: [{dense: {units: 16}}, relu, {dense: {units: 3}}]
            optimizer: {rule: adam, learning-rate: 0.001}
            """, 1500, 3.0 * products(16, 4, 16, 3) - products(16, 4, 16), 28.0 * parameters(4, 16, 3));

    public static final Work MLP = new Work("mlp", """
            name: mlp
            seed: 42
            data: {set: mnist, batch-size: 128, validation: 5000}
            model: [flatten, {dense: {units: 512}}, relu, {dense: {units: 512}}, relu, {dense: {units: 10}}]
            optimizer: {rule: adam, learning-rate: 0.001}
            """, 100, 3.0 * products(128, 784, 512, 512, 10) - products(128, 784, 512), 28.0 * parameters(784, 512, 512, 10));

    public static final Work CNN = new Work("cnn", """
            name: cnn
            seed: 42
            data: {set: mnist, batch-size: 128, validation: 5000}
            model:
              - conv2d: {filters: 32, kernel: 3, padding: same}
              - relu
              - max-pool2d
              - conv2d: {filters: 64, kernel: 3, padding: same}
              - relu
              - max-pool2d
              - flatten
              - dense: {units: 128}
              - relu
              - dense: {units: 10}
            optimizer: {rule: adam, learning-rate: 0.001}
            """, 15, 2 * 2.0 * 128 * 784 * 9 * 32 + 3 * 2.0 * 128 * 196 * 9 * 32 * 64 + 3.0 * products(128, 3136, 128, 10),
            28.0 * (320 + 18_496 + parameters(3136, 128, 10)));

    static final int SIZE = 1536;
    static final int LENGTH = 1 << 24;
    /** For the limits of the machine: a product of two square matrices, and a sum that reads two vectors and writes one. */
    public static final Work PRODUCT = new Work("product", "", 8, 2.0 * SIZE * SIZE * SIZE, 0);
    public static final Work SUM = new Work("sum", "", 10, 0, 3.0 * Float.BYTES * LENGTH);

    private static double products(int batch, int... units) {
        double flops = 0;
        for (int i = 1; i < units.length; i++) {
            flops += 2.0 * batch * units[i - 1] * units[i];
        }
        return flops;
    }

    private static double parameters(int... units) {
        double all = 0;
        for (int i = 1; i < units.length; i++) {
            all += (units[i - 1] + 1.0) * units[i];
        }
        return all;
    }

    /** The work with this name. */
    public static Work named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "tiny" -> TINY;
            case "mlp" -> MLP;
            case "cnn" -> CNN;
            case "product" -> PRODUCT;
            case "sum" -> SUM;
            default -> throw new IllegalArgumentException("tiny, mlp or cnn was expected, not " + name);
        };
    }

    public Recipe parsed() {
        return Recipe.parse(recipe, name);
    }

    /** Shuffled, normalized batches of the training rows for the other libraries: the same rows in the same order as in Cairn. */
    Batches batches() throws IOException {
        Recipe r = parsed();
        Splits splits = TrainingData.open(r, DataFolders.standard()).splits();
        return Batches.shuffled(splits.train(), r.data().batchSize(), Key.of(r.seed()))
                .normalized(Normalization.fit(r.data().normalize(), splits.train())).droppingLast();
    }
}
