package cairn.optim;

import cairn.state.ElementType;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.tensor.Array;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A rule wired over vectors of its own: the weights of one tensor that decays and, after them, the biases of one that does not. */
final class Wired implements Optimizer.Vectors, Snapshottable {
    private final Layout layout;
    private final ParameterVector theta;
    private final ParameterVector grad;
    private final Array scratch;
    private final Map<String, ParameterVector> slots = new LinkedHashMap<>();
    private final Optimizer.Update update;

    Wired(Optimizer rule, ElementType type, double[] weights, double... biases) {
        Layout.Builder b = Layout.builder();
        if (weights.length > 0) {
            b.add("weight", new long[] {weights.length}, true);
        }
        if (biases.length > 0) {
            b.add("bias", new long[] {biases.length}, false);
        }
        layout = b.build();
        theta = new ParameterVector(layout, type);
        grad = new ParameterVector(layout, type);
        scratch = Array.filled(type, Double.NaN, layout.size());
        rule.slots().forEach(name -> slots.put(name, new ParameterVector(layout, type)));
        double[] all = java.util.Arrays.copyOf(weights, weights.length + biases.length);
        System.arraycopy(biases, 0, all, weights.length, biases.length);
        theta.flat().set(all);
        update = rule.wire(this);
    }

    void step(double lr, long t, double... gradient) {
        grad.flat().set(gradient);
        update.apply(lr, t);
    }

    double[] values() {
        return theta.flat().toDoubles();
    }

    @Override
    public Array theta() {
        return theta.flat();
    }

    @Override
    public Array grad() {
        return grad.flat();
    }

    @Override
    public Array slot(String name) {
        return slots.get(name).flat();
    }

    @Override
    public Array scratch() {
        return scratch;
    }

    @Override
    public List<Optimizer.Decaying> decaying() {
        return layout.places().stream().filter(Layout.Place::decays)
                .map(p -> new Optimizer.Decaying(theta.view(p.name()), grad.view(p.name()))).toList();
    }

    @Override
    public void slots(Slots s) {
        s.child("model", theta);
        slots.forEach((name, vector) -> s.child("optimizer/" + name, vector));
    }
}
