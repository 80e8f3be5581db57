package cairn.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Step, capture, commit and memory for growing networks 784-u-u-10 and growing batches; each size has its own process. */
final class ScaleTimes {
    private static final int INPUTS = 784;
    private static final int CLASSES = 10;
    private static final int ROWS = 128;
    private static final int UNITS = 512;

    private ScaleTimes() {
    }

    static String table(Path folder, Machine machine) throws IOException {
        StringBuilder table = new StringBuilder("Measured here: " + machine
                + String.format(". The sum is that of parameters, gradients, both moments, activations with their"
                + " gradients, and one capture; peak is the largest resident memory, minus the resident memory before the training was created (Java, ND4J, MNIST).%n%n"
                + "| parameters | batch | step, ms | step / lower bound | capture, ms | commit, ms | sum, MB | peak, MB | peak / sum |%n"
                + "|--:|--:|--:|--:|--:|--:|--:|--:|--:|%n"));
        for (double parameters : new double[] {1e4, 1e5, 1e6, 1e7, 1e8}) {
            // The number of parameters is u² + (784 + 10 + 2) u + 10.
            double b = INPUTS + CLASSES + 2;
            table.append(row(folder, (int) Math.round((Math.sqrt(b * b + 4 * (parameters - CLASSES)) - b) / 2), ROWS, machine));
        }
        for (int batch : new int[] {16, 64, 256, 1024, 4096}) {
            table.append(row(folder, UNITS, batch, machine));
        }
        return table.toString();
    }

    private static String row(Path folder, int units, int batch, Machine machine) throws IOException {
        String[] words = ChildJava.lines(ScaleRun.class, folder.resolve("scale-" + units + "-" + batch), units, batch).get(0).split(" ");
        long parameters = Long.parseLong(words[0]);
        double step = Double.parseDouble(words[1]);
        double weights = (double) units * (INPUTS + units + CLASSES);
        // Forward, gradient of the weights, gradient of the inputs of all layers but the first; and the bytes that Adam reads and writes.
        double floor = machine.arithmetic(2.0 * batch * (3 * weights - (double) units * INPUTS)) + machine.transfer(28.0 * parameters);
        double activations = (double) batch * (INPUTS + 2 * (4.0 * units + CLASSES));
        double sum = Float.BYTES * (4.0 * parameters + activations + 3.0 * parameters);
        double peak = Double.parseDouble(words[5]) - Double.parseDouble(words[4]);
        return String.format(Locale.ROOT, "| %d | %d | %.3f | %.2f | %.2f | %.1f | %.1f | %.1f | %.2f |%n", parameters, batch, 1e3 * step,
                step / floor, 1e3 * Double.parseDouble(words[2]), 1e3 * Double.parseDouble(words[3]), sum / 1e6, peak / 1e6, peak / sum);
    }
}
