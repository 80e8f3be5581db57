package cairn.data.source;

import cairn.data.DataFile;
import cairn.data.Labels;
import cairn.data.MalformedDataException;
import cairn.data.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * CIFAR-10 in its binary form (https://www.cs.toronto.edu/~kriz/cifar.html): records of 3073 bytes, the class and then 32 x
 * 32 pixels, all red, all green, all blue. They become rows of height, width, channels.
 */
final class Cifar {
    static final Labels.Classes CLASSES = new Labels.Classes(List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog",
            "horse", "ship", "truck"));
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int RECORD = 1 + 3 * PLANE;
    private static final int MOST_RECORDS = Integer.MAX_VALUE / RECORD;

    private Cifar() {
    }

    /** The rows of these files, one file after the other. */
    static Table read(String name, List<Path> files) throws IOException {
        int rows = 0;
        for (Path file : files) {
            DataFile.requirePlain(file);
            long bytes = Files.size(file);
            if (bytes == 0 || bytes % RECORD != 0 || rows + bytes / RECORD > MOST_RECORDS) {
                throw new MalformedDataException(file, bytes, "expected whole records of " + RECORD + " bytes, at most " + MOST_RECORDS
                        + ", found " + bytes / RECORD + " and " + bytes % RECORD + " bytes more",
                        "use the binary version of CIFAR-10; `cairn data fetch cifar-10` gets it");
            }
            rows += (int) (bytes / RECORD);
        }
        byte[] features = new byte[rows * 3 * PLANE];
        int[] classes = new int[rows];
        int row = 0;
        for (Path file : files) {
            byte[] records = DataFile.whole(file);
            for (int from = 0; from + RECORD <= records.length && row < rows; from += RECORD, row++) {
                classes[row] = records[from] & 0xff;
                if (classes[row] >= CLASSES.width()) {
                    throw new MalformedDataException(file, from, "expected a class of 0 to 9, found " + classes[row],
                            "use the binary version of CIFAR-10; `cairn data fetch cifar-10` gets it");
                }
                interleave(records, from + 1, features, row * 3 * PLANE);
            }
        }
        return Table.ofBytes(name, new long[] {SIDE, SIDE, 3}, features, CLASSES, classes);
    }

    private static void interleave(byte[] planes, int from, byte[] pixels, int to) {
        for (int p = 0; p < PLANE; p++) {
            for (int c = 0; c < 3; c++) {
                pixels[to + 3 * p + c] = planes[from + c * PLANE + p];
            }
        }
    }
}
