package cairn.train;

import cairn.nn.Activation;
import cairn.nn.Program;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Sigmoid;
import cairn.nn.layer.Tanh;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * Statistics of each layer at one step. They show problems of a training before it fails:
 *
 * <pre>
 *     gradient-norm/0.dense    |g|            of the batch's gradient, before clipping
 *     update-ratio/0.dense     |Δθ| / |θ|     of the update and the weights before it; about 0.001 is usual
 *     dead/1.relu              share of units that are 0 for every row of the batch
 *     saturated/3.tanh         share of outputs near their limits: |tanh| > 0.99, sigmoid below 0.005 or above 0.995
 * </pre>
 *
 * Frozen layers have neither gradient nor update. The statistics are computed from copies of the arrays, so no bit of the training depends
 * on them.
 */
public final class LayerStatistics implements StepHook {
    private static final double SATURATED = 0.99;

    private final ParameterVector parameters;
    private final Map<String, Double> values = new LinkedHashMap<>();
    private final Map<String, Integer> widths = new LinkedHashMap<>();
    private final Map<String, BitSet> alive = new LinkedHashMap<>();
    private final Map<String, long[]> saturated = new LinkedHashMap<>();
    private final Map<String, double[]> before = new LinkedHashMap<>();

    private LayerStatistics(ParameterVector parameters) {
        this.parameters = parameters;
    }

    /** Statistics of the steps of {@code trainer}. */
    public static LayerStatistics of(Trainer trainer) {
        return new LayerStatistics(trainer.parts().network().parameters());
    }

    /** The measured values by name. Without an update, some are missing. */
    public Map<String, Double> values() {
        Map<String, Double> all = new LinkedHashMap<>(values);
        alive.forEach((path, units) -> all.put("dead/" + path, 1 - (double) units.cardinality() / widths.get(path)));
        saturated.forEach((path, counts) -> all.put("saturated/" + path, (double) counts[0] / counts[1]));
        return all;
    }

    @Override
    public void begin() {
        values.clear();
        alive.clear();
        saturated.clear();
        before.clear();
    }

    @Override
    public void forward(Program microBatch) {
        for (Activation a : microBatch.activations()) {
            if (a.layer() instanceof Relu) {
                addAliveUnits(a);
            } else if (a.layer() instanceof Tanh) {
                addSaturated(a, Math::abs);
            } else if (a.layer() instanceof Sigmoid) {
                // sigmoid(x) = (1 + tanh(x / 2)) / 2
                addSaturated(a, y -> Math.abs(2 * y - 1));
            }
        }
    }

    private void addAliveUnits(Activation a) {
        double[] y = a.y().toDoubles();
        int width = y.length / Math.toIntExact(a.y().size(0));
        widths.put(a.path(), width);
        BitSet units = alive.computeIfAbsent(a.path(), p -> new BitSet(width));
        IntStream.range(0, y.length).filter(i -> y[i] != 0).forEach(i -> units.set(i % width));
    }

    private void addSaturated(Activation a, DoubleUnaryOperator magnitude) {
        double[] y = a.y().toDoubles();
        long[] counts = saturated.computeIfAbsent(a.path(), p -> new long[2]);
        for (double v : y) {
            counts[0] += magnitude.applyAsDouble(v) > SATURATED ? 1 : 0;
        }
        counts[1] += y.length;
    }

    @Override
    public void gradient(ParameterVector gradient) {
        Map<String, Double> squares = new LinkedHashMap<>();
        for (Layout.Place p : gradient.layout().places()) {
            double[] g = gradient.view(p.name()).toDoubles();
            squares.merge(layer(p.name()), sumOfSquares(g), Double::sum);
            before.put(p.name(), parameters.view(p.name()).toDoubles());
        }
        squares.forEach((layer, sum) -> values.put("gradient-norm/" + layer, Math.sqrt(sum)));
    }

    @Override
    public void updated() {
        Map<String, Double> weights = new LinkedHashMap<>();
        Map<String, Double> updates = new LinkedHashMap<>();
        before.forEach((name, old) -> {
            double[] now = parameters.view(name).toDoubles();
            weights.merge(layer(name), sumOfSquares(old), Double::sum);
            updates.merge(layer(name), sumOfSquares(IntStream.range(0, old.length).mapToDouble(i -> now[i] - old[i]).toArray()),
                    Double::sum);
        });
        updates.forEach((layer, sum) -> {
            if (weights.get(layer) > 0) {
                values.put("update-ratio/" + layer, Math.sqrt(sum / weights.get(layer)));
            }
        });
    }

    private static double sumOfSquares(double[] values) {
        double sum = 0;
        for (double v : values) {
            sum += v * v;
        }
        return sum;
    }

    private static String layer(String parameter) {
        int end = parameter.lastIndexOf('/');
        return end < 0 ? parameter : parameter.substring(0, end);
    }
}
