package cairn.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Small data sets for tests. */
final class Samples {

    private Samples() {
    }

    /** Row i has the features i and 1000 + i, and is of class i % 3. */
    static Table counting(int rows) {
        float[] features = new float[2 * rows];
        int[] classes = new int[rows];
        for (int i = 0; i < rows; i++) {
            features[2 * i] = i;
            features[2 * i + 1] = 1000 + i;
            classes[i] = i % 3;
        }
        return Table.ofFloats("counting", new long[] {2}, features, Labels.Classes.numbered(3), classes);
    }

    /** Images of bytes in which every pixel tells row and place. */
    static Table images(int rows, int height, int width, int channels) {
        byte[] pixels = new byte[rows * height * width * channels];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 7 + 1);
        }
        int[] classes = new int[rows];
        return Table.ofBytes("images", new long[] {height, width, channels}, pixels, Labels.Classes.numbered(2), classes);
    }

    /** Whether step, rows, classes and features are the same, bit for bit. */
    static boolean same(Batch a, Batch b) {
        int features = a.hasFeatures() ? a.size() * a.featureCount() : 0;
        return a.step() == b.step() && a.size() == b.size() && a.hasFeatures() == b.hasFeatures() && a.featureCount() == b.featureCount()
                && Arrays.equals(a.rows(), 0, a.size(), b.rows(), 0, b.size())
                && Arrays.equals(a.labels(), 0, a.size(), b.labels(), 0, b.size())
                && IntStream.range(0, features).allMatch(i ->
                        Float.floatToRawIntBits(a.features()[i]) == Float.floatToRawIntBits(b.features()[i]));
    }
}
