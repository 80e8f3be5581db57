package cairn.look;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a model says of single rows.
 *
 * @param source the name of the data set that was read, in which the rows have their numbers: from 0, in the order of the file
 * @param size how many rows the part has
 * @param loss the loss of the whole part: the mean of the losses of all its rows
 * @param weighted whether the losses contain class weights; then a loss is the row's loss with the weight of its class, divided by the mean
 *     weight of the part, so that the mean of all losses is the loss of the part
 * @param names the classes, labels or targets, in the order of {@link Row#scores}
 * @param rows the chosen rows, in the order of the choice
 */
public record RowTable(Part part, String source, int size, double loss, boolean weighted, List<String> names, List<Row> rows) {

    public RowTable {
        names = List.copyOf(names);
        rows = List.copyOf(rows);
    }

    /**
     * A row.
     *
     * @param row its number in the data set that was read
     * @param label its class; the names of its labels; or its targets
     * @param prediction the same of the model; {@code -} if it predicts nothing, because its output is not a number
     * @param probability of the predicted class; empty if the model gives none
     * @param probabilityOfLabel of the class that the row has
     * @param right whether the prediction is the label; empty for real targets
     * @param scores probabilities, or outputs in the units of the targets, one for each name
     * @param targets 1 for the class, or for each label, of the row, and 0 for the others; or its real targets
     */
    public record Row(int row, String label, String prediction, OptionalDouble probability, OptionalDouble probabilityOfLabel, double loss,
            Optional<Boolean> right, List<Double> scores, List<Double> targets) {

        public Row {
            scores = List.copyOf(scores);
            targets = List.copyOf(targets);
        }
    }
}
