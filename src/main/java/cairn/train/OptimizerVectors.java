package cairn.train;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.optim.AgedParts;
import cairn.optim.Ages;
import cairn.optim.Optimizer;
import cairn.state.Ephemeral;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.tensor.Array;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The vectors of an optimizer, each in the layout of the parameters: {@code optimizer/m/0.dense/weight}; and their ages, if the rule uses
 * them: {@code optimizer/age/0.dense/weight}.
 */
final class OptimizerVectors implements Snapshottable {
    private final ParameterVector parameters;
    private final ParameterVector gradient;
    @Ephemeral(value = "made at wiring; the content of the vectors is in slots", kind = WIRING)
    private final Map<String, ParameterVector> slots = new LinkedHashMap<>();
    private final Optional<Ages> ages;
    @Ephemeral(value = "made at wiring, when first needed", kind = WIRING)
    private Array scratch;

    OptimizerVectors(Optimizer rule, ParameterVector parameters, ParameterVector gradient) {
        this.parameters = parameters;
        this.gradient = gradient;
        rule.slots().forEach(name -> slots.put(name, new ParameterVector(parameters.layout(), gradient.flat().type())));
        this.ages = rule.usesAge() ? Optional.of(new Ages(parameters.layout())) : Optional.empty();
    }

    ParameterVector gradient() {
        return gradient;
    }

    /** The vectors by name. */
    Map<String, ParameterVector> vectors() {
        return Collections.unmodifiableMap(slots);
    }

    /** Prepares the updates of {@code rule} over these vectors. */
    AgedParts<Optimizer.Update> wire(Optimizer rule) {
        return new AgedParts<>(parameters.layout(), ages, (first, after) -> rule.wire(new Part(first, after)));
    }

    private Array scratch() {
        if (scratch == null) {
            scratch = Array.zeros(parameters.flat().type(), parameters.flat().shape());
        }
        return scratch;
    }

    @Override
    public void slots(Slots s) {
        slots.forEach(s::child);
        ages.ifPresent(a -> s.child("age", a));
    }

    /** The part of each vector in which neighbouring parameters lie. */
    private final class Part implements Optimizer.Vectors {
        private final int first;
        private final int after;

        Part(int first, int after) {
            this.first = first;
            this.after = after;
        }

        private Array part(Array whole) {
            return parameters.layout().part(whole, first, after);
        }

        @Override
        public Array theta() {
            return part(parameters.flat());
        }

        @Override
        public Array grad() {
            return part(gradient.flat());
        }

        @Override
        public Array slot(String name) {
            return part(slots.get(name).flat());
        }

        @Override
        public Array scratch() {
            return part(OptimizerVectors.this.scratch());
        }

        @Override
        public List<Optimizer.Decaying> decaying() {
            return parameters.layout().places().subList(first, after).stream().filter(Layout.Place::decays)
                    .map(p -> new Optimizer.Decaying(parameters.view(p.name()), gradient.view(p.name()))).toList();
        }
    }
}
