package cairn.train;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The prediction of a classifier for one row.
 *
 * @param choices every class, the most probable first; equally probable ones are in the order of the data set
 */
public record Prediction(List<Choice> choices) {

    /** A class and its probability; a score instead, if the loss of the model takes no logits. */
    public record Choice(String name, double probability) {
    }

    public Prediction {
        choices = List.copyOf(choices);
    }

    /** Sorts the classes by their probabilities. */
    static Prediction of(List<String> names, double[] probabilities) {
        return new Prediction(IntStream.range(0, names.size()).mapToObj(c -> new Choice(names.get(c), probabilities[c]))
                .sorted(Comparator.comparingDouble(Choice::probability).reversed()).toList());
    }

    /** The class that is predicted. */
    public Choice best() {
        return choices.get(0);
    }
}
