package cairn.train;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a classifier says of one row.
 *
 * @param choices every class, the most probable first; among equals the one that stands first in the data set's order
 */
public record Prediction(List<Choice> choices) {

    /** A class and how probable it is; a score instead, where the model's loss takes no logits. */
    public record Choice(String name, double probability) {
    }

    public Prediction {
        choices = List.copyOf(choices);
    }

    public static Prediction of(List<String> names, double[] probabilities) {
        return new Prediction(IntStream.range(0, names.size()).mapToObj(c -> new Choice(names.get(c), probabilities[c]))
                .sorted(Comparator.comparingDouble(Choice::probability).reversed()).toList());
    }

    /** The class that is predicted. */
    public Choice best() {
        return choices.get(0);
    }
}
