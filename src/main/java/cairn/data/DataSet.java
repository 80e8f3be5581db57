package cairn.data;

/**
 * Rows by index, never changing: labelled examples of one shape.
 *
 * <p>Laws: every look-up is a pure function of the row's index, from any thread; two data sets with the same shape, labels
 * and rows in the same order have the same {@link #digest()}, however they are stored and whatever their name is.
 */
public interface DataSet {

    /** Its name in messages; it is not part of the content. */
    String name();

    /** How many rows; may be 0. */
    int size();

    /** The shape of one row's features: {@code {4}} for a table, {@code {28, 28, 1}} (height, width, channels) for images. */
    long[] shape();

    Labels labels();

    /** The columns from which the features were made; none if they are no columns of a table. */
    default TableColumns columns() {
        return TableColumns.none();
    }

    /** Writes the features of {@code row}, row-major, to {@code into[offset ...]}. */
    void features(int row, float[] into, int offset);

    /** As {@link #features(int, float[], int)}, before numbers are rounded to 32 bits; the default is for rows that are such numbers. */
    default void features(int row, double[] into, int offset) {
        float[] values = new float[featureCount()];
        features(row, values, 0);
        for (int i = 0; i < values.length; i++) {
            into[offset + i] = values[i];
        }
    }

    /** The features, normalized in double and then rounded; an implementation may do it in one pass. The default is for 32-bit numbers. */
    default void features(int row, float[] into, int offset, Normalization by) {
        features(row, into, offset);
        by.apply(into, offset, featureCount());
    }

    /** Whether all features are kept as whole numbers from 0 to 255, so that a byte each holds them. */
    default boolean isBytes() {
        return false;
    }

    /** Writes the features of {@code row} as unsigned bytes to {@code into[offset ...]}; refused if they are not {@link #isBytes}. */
    default void bytes(int row, byte[] into, int offset) {
        throw new IllegalStateException("data set " + name() + " does not keep its features as bytes; read them as numbers");
    }

    /** The class of {@code row}, an index into {@link Labels.Classes#names()}; refused if labels are real numbers. */
    int label(int row);

    /**
     * Writes the real label of {@code row}, {@code labels().width()} numbers, to {@code into[offset ...]}; refused if labels are classes.
     */
    void targets(int row, float[] into, int offset);

    /** As {@link #targets(int, float[], int)}, before numbers are rounded to 32 bits; the default is for targets that are such numbers. */
    default void targets(int row, double[] into, int offset) {
        float[] values = new float[labels().width()];
        targets(row, values, 0);
        for (int i = 0; i < values.length; i++) {
            into[offset + i] = values[i];
        }
    }

    /** SHA-256 over the content, in the byte form that {@link ContentDigest} documents. */
    default String digest() {
        return ContentDigest.of(this);
    }

    /** How many features a row has: the product of {@link #shape()}. */
    default int featureCount() {
        return Shapes.count(shape());
    }
}
