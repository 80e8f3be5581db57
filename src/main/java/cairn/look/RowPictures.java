package cairn.look;

import cairn.data.DataSet;
import cairn.data.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rows of a data set as images, with the numbers that the data set has, not normalized.
 *
 * @param darkest the number that is drawn black
 * @param lightest the number that is drawn white
 */
public record RowPictures(DataSet rows, double darkest, double lightest) {
    private static final double LARGEST_BYTE = 255;
    /** So many rows show between which numbers pixels lie. */
    private static final int SAMPLE = 500;

    /**
     * Of the data set that {@code rows} were read from, where row numbers are those of the file. Black and white are 0 and 255 if pixels are
     * bytes that use more than half of it, otherwise the least number, but at most 0, and the greatest of the first rows.
     *
     * @return empty if rows are no images of 1 or 3 channels
     */
    public static Optional<RowPictures> of(DataSet rows) {
        DataSet origin = Rows.origin(rows);
        long[] shape = origin.shape();
        if (shape.length != 3 || shape[2] != 1 && shape[2] != 3 || shape[0] < 2 || shape[1] < 2) {
            return Optional.empty();
        }
        double least = 0;
        double greatest = Double.NEGATIVE_INFINITY;
        float[] row = new float[origin.featureCount()];
        for (int i = 0; i < Math.min(SAMPLE, origin.size()); i++) {
            origin.features(i, row, 0);
            for (float x : row) {
                least = Math.min(least, x);
                greatest = Math.max(greatest, x);
            }
        }
        boolean areBytes = origin.isBytes() && greatest > LARGEST_BYTE / 2;
        return Optional.of(new RowPictures(origin, areBytes ? 0 : least, areBytes ? LARGEST_BYTE : greatest > least ? greatest : least + 1));
    }

    /** The image of row {@code row} of the data set that was read. */
    public Picture picture(int row) {
        float[] x = new float[rows.featureCount()];
        rows.features(row, x, 0);
        List<Integer> levels = new ArrayList<>(x.length);
        for (float v : x) {
            double part = (v - darkest) / (lightest - darkest);
            levels.add((int) Math.round(LARGEST_BYTE * Math.max(0, Math.min(1, Double.isFinite(part) ? part : 0))));
        }
        long[] shape = rows.shape();
        return new Picture((int) shape[0], (int) shape[1], (int) shape[2], levels);
    }
}
