package cairn.gpu;

import cairn.recipe.Recipe;
import java.util.Locale;

/** What is timed in Cairn and in PyTorch: a model of MNIST whose layers are the same in both, Adam, full batches. */
enum BenchmarkModel {
    MLP("flatten, {dense: {units: 512}}, relu, {dense: {units: 512}}, relu, {dense: {units: 10}}"),
    CNN("{conv2d: {filters: 32, kernel: 3, padding: same}}, relu, max-pool2d, {conv2d: {filters: 64, kernel: 3, padding: same}}, relu, max-pool2d,"
            + " flatten, {dense: {units: 128}}, relu, {dense: {units: 10}}");

    private final String model;

    BenchmarkModel(String model) {
        this.model = model;
    }

    /** Its name on a command line. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static BenchmarkModel named(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    Recipe recipe(int batch) {
        return Recipe.parse(String.format(Locale.ROOT, """
                name: %s
                seed: 42
                data: {set: mnist, batch-size: %d, validation: 5000, drop-last: true}
                model: [%s]
                optimizer: {rule: adam, learning-rate: 0.001}
                evaluate: {every: 1000000ep}
                """, word(), batch, model), word());
    }
}
