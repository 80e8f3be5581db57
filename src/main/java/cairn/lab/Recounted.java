package cairn.lab;

import cairn.optim.Optimizer;
import java.util.List;

/** An optimizer that has lost count: after {@code lost} updates it takes the next one for its first. All else is as with {@code rule}. */
record Recounted(Optimizer rule, long lost) implements Optimizer {

    @Override
    public double learningRate() {
        return rule.learningRate();
    }

    @Override
    public List<String> slots() {
        return rule.slots();
    }

    @Override
    public Update wire(Vectors v) {
        Update update = rule.wire(v);
        return (lr, t) -> update.apply(lr, t - lost);
    }
}
