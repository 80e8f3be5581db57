package cairn.train;

import cairn.optim.AgedParts;
import cairn.optim.Optimizer;
import java.util.Set;
import java.util.stream.Collectors;

/** The update of an optimizer over all its vectors, each parameter at its own age. */
interface RuleUpdate {

    /**
     * Applies the gradient.
     *
     * @param update the number of the update in the training, from 1
     */
    void apply(double rate, long update);

    /** As {@link cairn.tensor.Operation#unordered}. */
    Set<String> unordered();

    static RuleUpdate of(Optimizer rule, OptimizerVectors vectors) {
        return vectors.ages().isEmpty() ? new Ageless(rule.wire(vectors.all()))
                : new Aged(new AgedParts<>(vectors.ages().get(), (first, after) -> rule.wire(vectors.part(first, after))));
    }

    /** Of a rule that does not use the age of its vectors. */
    record Ageless(Optimizer.Update all) implements RuleUpdate {
        @Override
        public void apply(double rate, long update) {
            all.apply(rate, update);
        }

        @Override
        public Set<String> unordered() {
            return all.unordered();
        }
    }

    /** Of a rule that uses it. */
    record Aged(AgedParts<Optimizer.Update> parts) implements RuleUpdate {
        @Override
        public void apply(double rate, long update) {
            parts.apply((part, t) -> part.apply(rate, t));
        }

        @Override
        public Set<String> unordered() {
            return parts.updates().stream().map(Optimizer.Update::unordered).flatMap(Set::stream).collect(Collectors.toSet());
        }
    }
}
