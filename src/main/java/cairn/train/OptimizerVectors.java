package cairn.train;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.optim.Optimizer;
import cairn.state.Ephemeral;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.tensor.Array;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The vectors of an optimizer, each in the layout of the parameters: {@code optimizer/m/0.dense/weight}. */
final class OptimizerVectors implements Optimizer.Vectors, Snapshottable {
    private final ParameterVector parameters;
    private final ParameterVector gradient;
    @Ephemeral(value = "made at wiring; the content of the vectors is in slots", kind = WIRING)
    private final Map<String, ParameterVector> slots = new LinkedHashMap<>();
    @Ephemeral(value = "made at wiring, when first needed", kind = WIRING)
    private Array scratch;

    OptimizerVectors(Optimizer rule, ParameterVector parameters, ParameterVector gradient) {
        this.parameters = parameters;
        this.gradient = gradient;
        rule.slots().forEach(name -> slots.put(name, new ParameterVector(parameters.layout(), gradient.flat().type())));
    }

    ParameterVector gradient() {
        return gradient;
    }

    @Override
    public Array theta() {
        return parameters.flat();
    }

    @Override
    public Array grad() {
        return gradient.flat();
    }

    @Override
    public Array slot(String name) {
        return slots.get(name).flat();
    }

    @Override
    public Array scratch() {
        if (scratch == null) {
            scratch = Array.zeros(theta().type(), theta().shape());
        }
        return scratch;
    }

    @Override
    public List<Optimizer.Decaying> decaying() {
        return parameters.layout().places().stream().filter(Layout.Place::decays)
                .map(p -> new Optimizer.Decaying(parameters.view(p.name()), gradient.view(p.name()))).toList();
    }

    @Override
    public void slots(Slots s) {
        slots.forEach(s::child);
    }
}
