package cairn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import cairn.random.Key;
import java.util.BitSet;
import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;

class NormalizationTest {
    private static final Normalization.Kind STANDARDIZE = Normalization.Kind.STANDARDIZE;

    @Test
    void standardizedTrainingRowsHaveMeanZeroAndDeviationOne() {
        DataSet data = Samples.counting(101);
        Normalization fitted = Normalization.fit(STANDARDIZE, data);
        double[] sum = new double[2];
        double[] squares = new double[2];
        for (int row = 0; row < data.size(); row++) {
            float[] x = new float[2];
            data.features(row, x, 0);
            fitted.apply(x, 0, 2);
            for (int c = 0; c < 2; c++) {
                sum[c] += x[c];
                squares[c] += (double) x[c] * x[c];
            }
        }
        // A float has 24 bits, so a hundred of them are good to about 1e-6.
        assertThat(sum[0] / 101).isCloseTo(0, within(1e-6));
        assertThat(squares[1] / 101).isCloseTo(1, within(1e-6));
        // Mean and variance of 0 .. n-1 are (n-1)/2 and (n^2-1)/12.
        assertThat(fitted.mean()).containsExactly(50, 1050);
        assertThat(fitted.std()[0]).isCloseTo(Math.sqrt((101.0 * 101 - 1) / 12), within(1e-12));
    }

    @Test
    void aLargeMeanCostsTheDeviationNothing() {
        float[] values = new float[1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = 8_000_000 + i % 2;
        }
        Table data = Table.ofFloats("far", new long[] {1}, values, Labels.Classes.numbered(2), new int[1000]);
        assertThat(Normalization.fit(STANDARDIZE, data).std()).containsExactly(0.5);
    }

    @Test
    void aConstantFeatureIsDividedByOne() {
        float[] values = new float[3000];
        for (int i = 0; i < values.length; i += 3) {
            values[i] = 0.1f;
            values[i + 1] = 1e30f;
            values[i + 2] = i;
        }
        Table data = Table.ofFloats("constant", new long[] {3}, values, Labels.Classes.numbered(2), new int[1000]);
        Normalization fitted = Normalization.fit(STANDARDIZE, data);
        assertThat(fitted.std()).startsWith(1, 1);
        float[] row = {0.1f, 1e30f, 0};
        fitted.apply(row, 0, 3);
        assertThat(row).startsWith(0, 0);
    }

    @Test
    void imagesAreStandardizedByChannel() {
        byte[] pixels = {10, 100, 20, 100, 30, 100, 40, 100};
        Table images = Table.ofBytes("images", new long[] {1, 2, 2}, pixels, Labels.Classes.numbered(2), new int[2]);
        Normalization fitted = Normalization.fit(STANDARDIZE, images);
        assertThat(fitted.mean()).containsExactly(25, 100);
        assertThat(fitted.std()).containsExactly(Math.sqrt(125), 1);
        float[] row = {7, 25, 101, 25, 100};
        fitted.apply(row, 1, 4);
        assertThat(row).containsExactly(7, 0, 1, 0, 0);
    }

    @Test
    void scaleDividesBy255AndNoneChangesNothing() {
        float[] row = {0, 51, 255};
        Normalization.none().apply(row, 0, 3);
        assertThat(row).containsExactly(0, 51, 255);
        Normalization.scale().apply(row, 1, 2);
        assertThat(row).containsExactly(0, 0.2f, 1);
    }

    @Test
    void shiftsAndDivisorsSayTheSameOfEveryKind() {
        Normalization standard = Normalization.of(Normalization.Kind.STANDARDIZE, new double[] {33.3, 0.1, 250},
                new double[] {78.6, 3, 0.7});
        for (Normalization n : new Normalization[] {Normalization.none(), Normalization.scale(), standard}) {
            float[] all = new float[3 * 256];
            float[] expected = new float[all.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = i / 3;
                int c = i % n.shifts().length;
                expected[i] = (float) ((i / 3 - n.shifts()[c]) / n.divisors()[c]);
            }
            n.apply(all, 0, all.length);
            assertThat(all).isEqualTo(expected);
        }
    }

    @Test
    void itIsMadeAgainFromItsParts() {
        Normalization fitted = Normalization.fit(STANDARDIZE, Samples.counting(10));
        assertThat(Normalization.of(fitted.kind(), fitted.mean(), fitted.std())).isEqualTo(fitted);
        fitted.mean()[0] = 77;
        assertThat(fitted).isEqualTo(Normalization.fit(STANDARDIZE, Samples.counting(10)));
    }

    @Test
    void fittingOnTheTrainingPartNeverReadsAnotherRow() {
        BitSet read = new BitSet();
        DataSet watched = new Watched(Samples.counting(60), read::set);
        Splits splits = Splits.random(watched, 20, 10, Key.of(5));
        read.clear();
        Normalization fitted = Normalization.fit(STANDARDIZE, splits.train());
        assertThat(read.cardinality()).isEqualTo(30);
        Rows train = (Rows) splits.train();
        for (int i = 0; i < 30; i++) {
            assertThat(read.get(train.sourceRow(i))).isTrue();
        }
        assertThat(fitted).isNotEqualTo(Normalization.fit(STANDARDIZE, watched));
    }

    @Test
    void badPartsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Normalization.of(STANDARDIZE, new double[0], new double[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> Normalization.of(STANDARDIZE, new double[2], new double[] {1}));
        assertThatIllegalArgumentException().isThrownBy(() -> Normalization.of(STANDARDIZE, new double[1], new double[1]))
                .withMessageContaining("feature 0");
        assertThatIllegalArgumentException().isThrownBy(() -> Normalization.of(Normalization.Kind.SCALE, new double[1], new double[] {1}));
        assertThatIllegalArgumentException().isThrownBy(() -> Normalization.fit(STANDARDIZE,
                new Rows("nothing", Samples.counting(3), new int[0])))
                .withMessageContaining("nothing");
        Table infinite = Table.ofFloats("t", new long[] {2}, new float[] {1, 2, 3, Float.NaN}, Labels.Classes.numbered(2), new int[2]);
        assertThatIllegalArgumentException().isThrownBy(() -> Normalization.fit(STANDARDIZE, infinite))
                .withMessageContaining("row 1, feature 1 is NaN");
        assertThatIllegalArgumentException().isThrownBy(() -> Normalization.fit(STANDARDIZE, Samples.counting(4))
                .check(Samples.images(1, 2, 2, 1)))
                .withMessageContaining("2x2x1").withMessageContaining("2 features");
    }

    /** To the last digits, where a plain sum of many equal numbers loses six: against sums without rounding. */
    @Test
    void meanAndDeviationAreThoseOfExactSums() {
        int rows = 400_000;
        float[] values = new float[2 * rows];
        for (int i = 0; i < rows; i++) {
            values[2 * i] = i % 5 == 0 ? 254.9f : 0.1f;
            values[2 * i + 1] = 1e6f + (float) Math.sin(i);
        }
        Normalization fitted = Normalization.fit(STANDARDIZE, Table.ofFloats("many", new long[] {2}, values, Labels.Classes.numbered(2),
                new int[rows]));
        for (int c = 0; c < 2; c++) {
            BigDecimal sum = BigDecimal.ZERO;
            BigDecimal squares = BigDecimal.ZERO;
            for (int i = 0; i < rows; i++) {
                BigDecimal x = new BigDecimal(values[2 * i + c]);
                sum = sum.add(x);
                squares = squares.add(x.multiply(x));
            }
            BigDecimal n = BigDecimal.valueOf(rows);
            BigDecimal mean = sum.divide(n, MathContext.DECIMAL128);
            double deviation = Math.sqrt(squares.divide(n, new MathContext(60)).subtract(mean.multiply(mean)).doubleValue());
            assertThat(fitted.mean()[c]).isCloseTo(mean.doubleValue(), within(2e-16 * mean.doubleValue()));
            assertThat(fitted.std()[c]).isCloseTo(deviation, within(1e-15 * deviation));
        }
    }
}
