package cairn.nn.init;

import cairn.random.Key;
import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * {@code gain} times a matrix whose rows or columns, whichever are fewer, are orthonormal, uniformly distributed among those
 * (Saxe, McClelland and Ganguli, ICLR 2014). A kernel [kh, kw, in, out] is taken as a matrix [kh·kw·in, out].
 *
 * <p>The Q of a Gaussian matrix's QR decomposition, each column with the sign of R's diagonal, without which it would not be
 * uniform (Mezzadri, "How to generate random matrices from the classical compact groups", 2007).
 */
public record Orthogonal(double gain) implements Initializer {

    public Orthogonal {
        if (!(gain > 0 && gain < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("gain: expected a finite number above 0, found " + gain);
        }
    }

    /** Gain 1. */
    public static Orthogonal of() {
        return new Orthogonal(1);
    }

    @Override
    public double[] values(long[] shape, Key key) {
        double[] normal = Initializer.each(shape, key::gaussian);
        int columns = shape.length == 0 ? 1 : Math.toIntExact(shape[shape.length - 1]);
        int rows = normal.length / columns;
        RealMatrix matrix = new Array2DRowRealMatrix(rows, columns);
        for (int i = 0; i < normal.length; i++) {
            matrix.setEntry(i / columns, i % columns, normal[i]);
        }
        boolean tall = rows >= columns;
        QRDecomposition qr = new QRDecomposition(tall ? matrix : matrix.transpose());
        RealMatrix q = qr.getQ();
        RealMatrix r = qr.getR();
        double[] values = new double[normal.length];
        Arrays.setAll(values, i -> {
            int row = tall ? i / columns : i % columns;
            int column = tall ? i % columns : i / columns;
            return gain * Math.copySign(1, r.getEntry(column, column)) * q.getEntry(row, column);
        });
        return values;
    }
}
