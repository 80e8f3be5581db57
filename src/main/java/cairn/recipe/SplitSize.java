package cairn.recipe;

import cairn.data.Splits;
import cairn.words.WordReader;

/**
 * The size of a split: a number of rows, written {@code 5000}, or a fraction below 1, written {@code 0.2}.
 *
 * @param amount the number of rows, or the fraction
 */
public record SplitSize(double amount) {
    public SplitSize {
        if (!(amount >= 0) || amount >= 1 && amount != Math.rint(amount) || amount > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("expected a number of rows or a fraction from 0 to below 1, found " + amount);
        }
    }

    /** A fraction below 1, or a whole number of rows. */
    public static SplitSize of(double amount) {
        return new SplitSize(amount);
    }

    static SplitSize parse(String text) {
        return new SplitSize(WordReader.real(text.strip()).orElseThrow(() -> new IllegalArgumentException(
                "expected a number of rows or a fraction from 0 to below 1, found '" + text + "'")));
    }

    /** The number of rows of this split in a data set of {@code rows} rows. */
    public int rowsOf(int rows) {
        return amount < 1 ? Splits.rowsOf(amount, rows) : (int) amount;
    }

    @Override
    public String toString() {
        return amount == Math.rint(amount) ? Long.toString((long) amount) : Double.toString(amount);
    }
}
