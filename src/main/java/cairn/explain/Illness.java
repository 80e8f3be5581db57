package cairn.explain;

import java.util.Locale;
import java.util.Set;

/**
 * What can be wrong with a training. An illness that others bring about stands after them, so the order is that of cause and effect.
 */
public enum Illness {
    NOT_NORMALIZED("the data is not normalized"),
    EXPLODING_GRADIENTS("exploding gradients", "NOT_NORMALIZED"),
    LEARNING_RATE_TOO_HIGH("the learning rate is too high", "NOT_NORMALIZED", "EXPLODING_GRADIENTS"),
    SATURATED_ACTIVATIONS("saturated activations", "NOT_NORMALIZED", "EXPLODING_GRADIENTS", "LEARNING_RATE_TOO_HIGH"),
    DEAD_UNITS("dead units", "NOT_NORMALIZED", "EXPLODING_GRADIENTS", "LEARNING_RATE_TOO_HIGH"),
    VANISHING_GRADIENTS("vanishing gradients", "NOT_NORMALIZED", "LEARNING_RATE_TOO_HIGH", "SATURATED_ACTIVATIONS", "DEAD_UNITS"),
    CLASS_IMBALANCE("class imbalance"),
    LABEL_NOISE("label noise"),
    PLATEAU("a plateau", "NOT_NORMALIZED", "EXPLODING_GRADIENTS", "LEARNING_RATE_TOO_HIGH", "SATURATED_ACTIVATIONS", "DEAD_UNITS",
            "VANISHING_GRADIENTS", "CLASS_IMBALANCE", "LABEL_NOISE"),
    OVERFITTING("overfitting", "LABEL_NOISE"),
    LOSS_SPIKES("loss spikes", "NOT_NORMALIZED", "EXPLODING_GRADIENTS", "LEARNING_RATE_TOO_HIGH"),
    NOT_FINITE("a number that is not finite", "NOT_NORMALIZED", "EXPLODING_GRADIENTS", "LEARNING_RATE_TOO_HIGH", "LOSS_SPIKES");

    private final String title;
    private final Set<String> causes;

    Illness(String title, String... causes) {
        this.title = title;
        this.causes = Set.of(causes);
    }

    /** In words. */
    public String title() {
        return title;
    }

    /** Such as {@code dead-units}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether {@code other} can bring this illness about. */
    boolean canFollowFrom(Illness other) {
        return causes.contains(other.name());
    }
}
