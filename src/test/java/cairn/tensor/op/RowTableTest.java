package cairn.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows are kept in the memory of the arrays and are gathered by number, bit for bit. */
class RowTableTest {
    private static final Key NO_CHANCE = Key.of(0);

    @ParameterizedTest
    @CsvSource({"F32,1,1", "F32,7,1", "F32,1,5", "F64,1,1", "F64,9,4", "F32,300,784", "F64,2000,3"})
    void gatheredRowsAreTheRowsAskedForInTheirOrder(ElementType type, int rows, int width) {
        float[] numbers = numbers(rows * width);
        try (RowTable table = new RowTable(type, rows, width)) {
            // In two pieces, as a data set is read.
            int first = rows / 2;
            table.put(0, numbers, first);
            table.put(first, Arrays.copyOfRange(numbers, first * width, rows * width), rows - first);
            for (int count : new int[] {1, 2, rows, 2 * rows}) {
                // Some rows twice, and from the middle of a longer list.
                int[] wanted = IntStream.range(0, count + 1).map(i -> (i * 7 + rows - 1) % rows).toArray();
                RowNumbers rowNumbers = table.numbers(count);
                Array z = Array.filled(type, -3, count, width);
                Operation gather = table.gather(rowNumbers, z);
                rowNumbers.set(wanted, 1);
                gather.run(NO_CHANCE);
                double[] expected = IntStream.range(0, count * width).mapToDouble(i -> numbers[wanted[1 + i / width] * width + i % width])
                        .toArray();
                assertThat(z.toDoubles()).isEqualTo(expected);
                rowNumbers.set(new int[count], 0);
                gather.run(NO_CHANCE);
                assertThat(z.toDoubles()).startsWith(IntStream.range(0, width).mapToDouble(i -> numbers[i]).toArray());
            }
        }
    }

    @Test
    void aRowMayFillAnImage() {
        float[] numbers = numbers(5 * 24);
        try (RowTable table = new RowTable(ElementType.F32, 5, 24)) {
            table.put(0, numbers, 5);
            Array images = Array.zeros(ElementType.F32, 2, 2, 4, 3);
            RowNumbers wanted = table.numbers(2);
            wanted.set(new int[] {4, 2}, 0);
            table.gather(wanted, images).run(NO_CHANCE);
            assertThat(images.toDoubles()).isEqualTo(IntStream.range(0, 48).mapToDouble(i -> numbers[i < 24 ? 96 + i : 24 + i]).toArray());
        }
    }

    @Test
    void odditiesOfNumbersSurvive() {
        float[] odd = {Float.NaN, -0f, Float.POSITIVE_INFINITY, Float.MIN_VALUE, Float.MAX_VALUE, 1e-40f};
        try (RowTable table = new RowTable(ElementType.F32, 3, 2)) {
            table.put(0, odd, 3);
            Array z = Array.zeros(ElementType.F32, 3, 2);
            RowNumbers wanted = table.numbers(3);
            wanted.set(new int[] {0, 1, 2}, 0);
            table.gather(wanted, z).run(NO_CHANCE);
            float[] got = new float[6];
            z.get(got, 6);
            assertThat(bits(got)).isEqualTo(bits(odd));
        }
    }

    @Test
    void aRowThatIsNotThereIsRefused() {
        try (RowTable table = new RowTable(ElementType.F32, 4, 2)) {
            RowNumbers wanted = table.numbers(2);
            for (int row : new int[] {4, -1}) {
                assertThatThrownBy(() -> wanted.set(new int[] {0, row}, 0)).isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("row " + row + " was asked for, but the table has rows 0 to 3");
            }
            assertThatThrownBy(() -> table.gather(wanted, Array.zeros(ElementType.F32, 2, 3)))
                    .hasMessage("2 rows of f32[4,2] do not make f32[2,3]");
            assertThatThrownBy(() -> table.gather(wanted, Array.zeros(ElementType.F64, 2, 2))).hasMessageContaining("do not make f64[2,2]");
        }
    }

    /** Every byte value, with shifts and divisors whose quotients need rounding. */
    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void bytesBecomeTheRealsThatJavaMakesOfThem(ElementType type) {
        double[][] shifts = {{0}, {0}, {33.318421449829934}, {125.306918046875, 122.950394140625, 113.86538318359375}};
        double[][] divisors = {{1}, {255}, {78.567489983122}, {62.99321927813, 62.08870764078, 66.70489964063}};
        for (int k = 0; k < shifts.length; k++) {
            for (int rows : new int[] {1, 256, 3 * 1024 + 1}) {
                check(type, rows, 1536, shifts[k], divisors[k]);
            }
        }
        check(type, 1, 3, shifts[3], divisors[3]);
        check(type, 5, 1, shifts[2], divisors[2]);
    }

    private static void check(ElementType type, int rows, int width, double[] shift, double[] divisor) {
        byte[] bytes = new byte[rows * width];
        float[] expected = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            int b = i * 31 + i / 256 & 0xff;
            bytes[i] = (byte) b;
            int c = i % width % shift.length;
            expected[i] = (float) ((b - shift[c]) / divisor[c]);
        }
        try (RowTable table = new RowTable(type, rows, width)) {
            try (ByteRows conversion = new ByteRows(table, shift, divisor)) {
                for (int row = 0; row < rows; row += conversion.most()) {
                    int count = Math.min(conversion.most(), rows - row);
                    conversion.put(row, Arrays.copyOfRange(bytes, row * width, (row + count) * width), count);
                }
            }
            Array all = table.part(0, rows);
            float[] got = new float[bytes.length];
            all.get(got, got.length);
            assertThat(bits(got)).isEqualTo(bits(expected));
            assertThat(all.type()).isEqualTo(type);
        }
    }

    @Test
    void bytesThatAreNoWholePixelsAreRefused() {
        try (RowTable table = new RowTable(ElementType.F32, 4, 5)) {
            assertThatThrownBy(() -> new ByteRows(table, new double[3], new double[3])).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("rows of 5 bytes cannot be shifted by 3 and divided by 3 values");
        }
    }

    private static float[] numbers(int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) StrictMath.sin(i + 1);
        }
        return numbers;
    }

    private static int[] bits(float[] values) {
        return IntStream.range(0, values.length).map(i -> Float.floatToRawIntBits(values[i])).toArray();
    }
}
