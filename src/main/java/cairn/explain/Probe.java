package cairn.explain;

import cairn.nn.Activation;
import cairn.nn.Program;
import cairn.nn.layer.Relu;
import cairn.nn.layer.Sigmoid;
import cairn.nn.layer.Tanh;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import cairn.train.LayerStatistics;
import cairn.train.StepHook;
import cairn.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Looks at some updates of a training from within: the {@link LayerStatistics} of each, and over the rows of all of them together what the
 * units of each layer do. It copies numbers out and changes nothing.
 */
final class Probe implements StepHook {
    /** As in {@link LayerStatistics}. */
    private static final double SATURATED = 0.99;

    private final LayerStatistics statistics;
    private final List<Map<String, Double>> updates = new ArrayList<>();
    private final Map<String, BitSet> alive = new LinkedHashMap<>();
    private final Map<String, Integer> widths = new LinkedHashMap<>();
    private final Map<String, long[]> saturated = new LinkedHashMap<>();
    private final Map<String, Double> gradients = new LinkedHashMap<>();
    private double[] losses = {};
    private Optional<String> notFinite = Optional.empty();
    private Optional<String> notFiniteGradient = Optional.empty();
    private boolean isInFeatures;
    private int rows;

    private Probe(Trainer trainer) {
        statistics = LayerStatistics.of(trainer);
    }

    static Probe of(Trainer trainer) {
        return new Probe(trainer);
    }

    @Override
    public void begin() {
        statistics.begin();
        losses = new double[0];
    }

    @Override
    public void forward(Program part) {
        statistics.forward(part);
        double[] more = part.rowLoss().toDoubles();
        losses = DoubleStream.concat(Arrays.stream(losses), Arrays.stream(more)).toArray();
        rows += more.length;
        isInFeatures |= !isFinite(part.x().toDoubles());
        for (Activation a : part.activations()) {
            double[] y = a.y().toDoubles();
            if (notFinite.isEmpty() && !isFinite(y) && !holdsOthers(part, a)) {
                notFinite = Optional.of(a.path());
            }
            if (a.layer() instanceof Relu) {
                addAlive(a.path(), y, y.length / Math.toIntExact(a.y().size(0)));
            } else if (a.layer() instanceof Tanh) {
                addSaturated(a.path(), y, 0, 1);
            } else if (a.layer() instanceof Sigmoid) {
                addSaturated(a.path(), y, 0.5, 2);
            }
        }
    }

    /** Whether it is a container. Its output is made after theirs, so theirs is looked at. */
    private static boolean holdsOthers(Program part, Activation a) {
        return part.activations().stream().anyMatch(b -> !b.path().equals(a.path()) && (a.path().isEmpty() || b.path().startsWith(a.path()
                + "/")));
    }

    private static boolean isFinite(double[] values) {
        return Arrays.stream(values).allMatch(Double::isFinite);
    }

    private void addAlive(String path, double[] y, int width) {
        widths.put(path, width);
        BitSet units = alive.computeIfAbsent(path, p -> new BitSet(width));
        IntStream.range(0, y.length).filter(i -> y[i] != 0).forEach(i -> units.set(i % width));
    }

    private void addSaturated(String path, double[] y, double middle, double scale) {
        long[] counts = saturated.computeIfAbsent(path, p -> new long[2]);
        counts[0] += Arrays.stream(y).filter(v -> Math.abs(scale * (v - middle)) > SATURATED).count();
        counts[1] += y.length;
    }

    @Override
    public void gradient(ParameterVector gradient) {
        statistics.gradient(gradient);
        for (Layout.Place p : gradient.layout().places()) {
            double[] g = gradient.view(p.name()).toDoubles();
            gradients.merge(p.name(), Math.sqrt(Arrays.stream(g).map(x -> x * x).sum() / Math.max(1, g.length)), Math::max);
            if (!isFinite(g)) {
                // The backward pass goes from the last layer to the first, and so the last one of them was the first.
                notFiniteGradient = Optional.of(p.name());
            }
        }
    }

    @Override
    public void updated() {
        statistics.updated();
        updates.add(statistics.values());
    }

    /** The losses of the rows of the last batch. */
    double[] losses() {
        return losses;
    }

    /** The first layer whose output was not finite. */
    Optional<String> notFinite() {
        return notFinite;
    }

    /** The parameter whose gradient was the first not to be finite. */
    Optional<String> notFiniteGradient() {
        return notFiniteGradient;
    }

    boolean isInFeatures() {
        return isInFeatures;
    }

    Reading reading(long from, boolean isBeginning) {
        Map<String, Double> dead = new LinkedHashMap<>();
        alive.forEach((path, units) -> dead.put(path, 1 - (double) units.cardinality() / widths.get(path)));
        Map<String, Double> limits = new LinkedHashMap<>();
        saturated.forEach((path, counts) -> limits.put(path, (double) counts[0] / counts[1]));
        return new Reading(from, isBeginning, rows, List.copyOf(updates), dead, limits, new LinkedHashMap<>(gradients));
    }
}
