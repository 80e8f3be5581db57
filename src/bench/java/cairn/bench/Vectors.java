package cairn.bench;

import cairn.state.ElementType;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A state like that of a trainer with Adam, with a given number of bytes: weights and two moments of six layers, each with weight and bias.
 */
final class Vectors implements Snapshottable {
    private static final int LAYERS = 6;
    private static final List<String> NAMES = List.of("model", "optimizer/m", "optimizer/v");

    private final Map<String, ParameterVector> vectors = new LinkedHashMap<>();
    private final long units;
    private long steps;

    Vectors(long bytes) {
        units = Math.max(1, (long) Math.sqrt(bytes / 4.0 / NAMES.size() / LAYERS));
        for (String name : NAMES) {
            Layout.Builder layout = Layout.builder();
            for (int i = 0; i < LAYERS; i++) {
                layout.add(i + ".dense/weight", new long[] {units, units}, true).add(i + ".dense/bias", new long[] {units}, false);
            }
            ParameterVector vector = new ParameterVector(layout.build(), ElementType.F32);
            vector.flat().fill(0.1 * (1 + vectors.size()));
            vectors.put(name, vector);
        }
    }

    /** Changes every number, as a step does: what has not changed would not be digested again. */
    Vectors changed() {
        steps++;
        vectors.values().forEach(vector -> vector.flat().fill(0.1 + 0.01 * (steps % 50)));
        return this;
    }

    /** The number of inputs and outputs of each layer. */
    long units() {
        return units;
    }

    long bytes() {
        return vectors.values().stream().mapToLong(v -> 4 * v.layout().size()).sum();
    }

    @Override
    public void slots(Slots s) {
        vectors.forEach(s::child);
    }

    /** A number of bytes as text. */
    static String size(long bytes) {
        return bytes < 1_000_000 ? String.format(Locale.ROOT, "%d kB", Math.round(bytes / 1e3))
                : String.format(Locale.ROOT, "%d MB", Math.round(bytes / 1e6));
    }
}
