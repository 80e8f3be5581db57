package cairn.optim.schedule;

import cairn.words.WordReader;
import java.util.Optional;

/**
 * A length of training in steps or in epochs, written {@code 200} or {@code 5ep} (or {@code 0.5ep}).
 *
 * @param amount how many
 * @param inEpochs whether they are epochs
 */
public record TrainingTime(double amount, boolean inEpochs) {
    public TrainingTime {
        if (!(amount >= 0) || amount > 1e15 || (!inEpochs && amount != Math.rint(amount))) {
            throw new IllegalArgumentException("a training time is a whole number of steps or a number of epochs, not " + amount);
        }
    }

    public static TrainingTime steps(long steps) {
        return new TrainingTime(steps, false);
    }

    public static TrainingTime epochs(double epochs) {
        return new TrainingTime(epochs, true);
    }

    /** The training time that {@code text} writes. */
    public static TrainingTime parse(String text) {
        WordReader words = new WordReader(text.strip());
        Optional<Double> amount = words.number();
        boolean inEpochs = words.spaces().take("ep");
        if (amount.isEmpty() || !words.isAtEnd()) {
            throw new IllegalArgumentException("'" + text + "' is not a training time; write steps as 200 or epochs as 5ep");
        }
        return new TrainingTime(amount.get(), inEpochs);
    }

    /** The number of steps, rounded to the nearest. */
    public long inSteps(long stepsPerEpoch) {
        return inEpochs ? Math.round(amount * stepsPerEpoch) : (long) amount;
    }

    /** Refuses a length of 0 of the setting {@code name}. */
    void requirePositive(String name) {
        if (!(amount > 0)) {
            throw new IllegalArgumentException(name + " must be longer than 0, such as 200 or 5ep, not " + this);
        }
    }

    /** As {@link #inSteps}, but at least 1, because schedules divide by it. */
    long atLeastOneStep(long stepsPerEpoch) {
        return Math.max(1, inSteps(stepsPerEpoch));
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        String number = amount == Math.rint(amount) ? Long.toString((long) amount) : Double.toString(amount);
        return inEpochs ? number + "ep" : number;
    }
}
