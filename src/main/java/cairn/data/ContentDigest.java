package cairn.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 over the content of a data set. All numbers are little-endian:
 *
 * <pre>
 *     "cairn data 1"                                         12 ASCII bytes
 *     rank i32, each size i64                                the shape of a row
 *     1 u8, count i32, each name: UTF-8 length i32, bytes    labels that are classes
 *     2 u8, width i32                                        labels that are real
 *     rows i64
 *     each row's features:  1 u8, one u8 a feature           if every feature is a whole number in 0 .. 255, and not -0.0
 *                           2 u8, one f64 a feature          if 32 bits cannot hold one of them
 *                           0 u8, one f32 a feature          otherwise
 *     each row's label:     class i32, or the targets as f32, or 2 u8 and the targets as f64 if 32 bits cannot hold one of them
 * </pre>
 *
 * The form depends on the values alone, so it does not matter whether pixels are kept as bytes or as floats; it is also a
 * quarter of the bytes for images.
 */
final class ContentDigest {
    private final MessageDigest sha;
    private final ByteBuffer word = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);

    private ContentDigest() {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String of(DataSet data) {
        ContentDigest d = new ContentDigest();
        d.sha.update("cairn data 1".getBytes(StandardCharsets.US_ASCII));
        d.shape(data.shape());
        d.labels(data.labels());
        d.eight(data.size());
        d.rows(data);
        return HexFormat.of().formatHex(d.sha.digest());
    }

    private void shape(long[] shape) {
        four(shape.length);
        for (long size : shape) {
            eight(size);
        }
    }

    private void labels(Labels labels) {
        if (labels instanceof Labels.Classes classes) {
            sha.update((byte) 1);
            four(classes.names().size());
            for (String name : classes.names()) {
                byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
                four(utf8.length);
                sha.update(utf8);
            }
        } else {
            sha.update((byte) 2);
            four(labels.width());
        }
    }

    private void rows(DataSet data) {
        boolean classes = data.labels() instanceof Labels.Classes;
        double[] features = new double[data.featureCount()];
        double[] targets = new double[classes ? 0 : data.labels().width()];
        byte[] small = new byte[1 + features.length];
        ByteBuffer numbers = ByteBuffer.allocate(8 * Math.max(features.length, targets.length)).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < data.size(); row++) {
            data.features(row, features, 0);
            if (areBytes(features, small)) {
                sha.update(small);
            } else {
                boolean isWide = isWide(features);
                sha.update((byte) (isWide ? 2 : 0));
                reals(features, isWide, numbers);
            }
            if (classes) {
                four(data.label(row));
            } else {
                data.targets(row, targets, 0);
                boolean isWide = isWide(targets);
                if (isWide) {
                    sha.update((byte) 2);
                }
                reals(targets, isWide, numbers);
            }
        }
    }

    /** Whether all are whole numbers of a byte; {@code into} gets the tag 1 and then their bytes. */
    private static boolean areBytes(double[] values, byte[] into) {
        into[0] = 1;
        for (int i = 0; i < values.length; i++) {
            int whole = (int) values[i];
            if (whole < 0 || whole > 255 || Double.doubleToRawLongBits(whole) != Double.doubleToRawLongBits(values[i])) {
                return false;
            }
            into[1 + i] = (byte) whole;
        }
        return true;
    }

    private static boolean isWide(double[] values) {
        for (double v : values) {
            if ((float) v != v && v == v) {
                return true;
            }
        }
        return false;
    }

    private void reals(double[] values, boolean isWide, ByteBuffer buffer) {
        buffer.clear();
        for (double v : values) {
            if (isWide) {
                buffer.putLong(Double.doubleToRawLongBits(v));
            } else {
                buffer.putInt(Float.floatToRawIntBits((float) v));
            }
        }
        sha.update(buffer.flip());
    }

    private void four(int v) {
        sha.update(word.clear().putInt(v).flip());
    }

    private void eight(long v) {
        sha.update(word.clear().putLong(v).flip());
    }
}
