package cairn.recovery;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A step whose update should not be made.
 *
 * @param step updates finished before it
 * @param what the bad number: {@code loss}, {@code gradient of 0.dense/weight}, or the path in the state of what the update would make
 * @param value the loss, or NaN or infinity for a gradient and for what the update would make
 * @param limit the largest good value; infinity if every finite value is good
 * @param learningRate the learning rate that the update would have had
 * @param rows the batch, as indices into the training rows
 * @param origin where the forward pass made the first number that is not finite, in words; empty if it did not, or if it is not known
 */
public record Fault(Kind kind, long step, String what, double value, double limit, double learningRate, List<Integer> rows,
        Optional<String> origin) {
    private static final int SHOWN = 8;

    /** What is wrong. */
    public enum Kind {
        NON_FINITE_LOSS, NON_FINITE_MEAN, NON_FINITE_GRADIENT, NON_FINITE_UPDATE, NON_FINITE_STATE, SPIKE;

        /** As the journal writes it, such as {@code non-finite-loss}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public Fault {
        rows = List.copyOf(rows);
    }

    /** {@code the loss is NaN}, or {@code the update would make optimizer/v/0.dense/weight Infinity}. */
    public String problem() {
        return switch (kind) {
            case NON_FINITE_UPDATE -> "the update would make " + what + " " + value;
            case NON_FINITE_MEAN -> "all rows of the batch have weight 0, so the mean of their losses is " + value;
            case NON_FINITE_STATE -> what + " is " + value + " already";
            default -> "the " + what + " is " + value;
        };
    }

    /** {@code the loss is NaN in the step after 37 updates, learning rate 0.1, training rows [...]}. */
    @Override
    public String toString() {
        String above = kind == Kind.SPIKE ? String.format(Locale.ROOT, ", a spike: above %.4g,", limit) : "";
        return problem() + above + " in the step after " + step + " updates, learning rate " + learningRate
                + ", training rows " + shownRows() + origin.map(o -> "; " + o).orElse("");
    }

    /** This fault, with where the forward pass made the first number that is not finite. */
    public Fault from(Optional<String> place) {
        return new Fault(kind, step, what, value, limit, learningRate, rows, place);
    }

    private String shownRows() {
        return rows.size() <= SHOWN ? rows.toString()
                : rows.subList(0, SHOWN).toString().replace("]", ", ... " + rows.size() + " in all]");
    }
}
