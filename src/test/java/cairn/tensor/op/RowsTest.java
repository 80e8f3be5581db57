package cairn.tensor.op;

import static cairn.tensor.op.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each operation against a plain Java loop, on views at odd offsets and for arrays of higher rank. */
@Tag("device")
class RowsTest {

    /** x [n, c], v [c], r [n, 1]; the result is z [n, c], unless it is v or r. */
    interface Call {
        Operation prepare(Array x, Array v, Array r, Array z);
    }

    interface Function {
        double at(double[][] x, double[] v, double[] r, int row, int column);
    }

    record Case(String name, Call call, String writes, Function function) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case("addPerColumn", (x, v, r, z) -> Rows.addPerColumn(x, v, z), "z", (x, v, r, i, j) -> x[i][j] + v[j]),
                new Case("addPerColumn in place", (x, v, r, z) -> Operation.sequence(Elementwise.copy(x, z), Rows.addPerColumn(z, v)), "z",
                        (x, v, r, i, j) -> x[i][j] + v[j]),
                new Case("subtractPerColumn", (x, v, r, z) -> Rows.subtractPerColumn(x, v, z), "z", (x, v, r, i, j) -> x[i][j] - v[j]),
                new Case("multiplyPerColumn", (x, v, r, z) -> Rows.multiplyPerColumn(x, v, z), "z", (x, v, r, i, j) -> x[i][j] * v[j]),
                new Case("multiplyPerColumn in place", (x, v, r, z) -> Operation.sequence(Elementwise.copy(x, z),
                        Rows.multiplyPerColumn(z, v, z)), "z", (x, v, r, i, j) -> x[i][j] * v[j]),
                new Case("sumOverRows", (x, v, r, z) -> Rows.sumOverRows(x, v), "v", (x, v, r, i, j) -> sum(column(x, j))),
                new Case("meanOverRows", (x, v, r, z) -> Rows.meanOverRows(x, v), "v", (x, v, r, i, j) -> sum(column(x, j)) / x.length),
                new Case("sumOverColumns", (x, v, r, z) -> Rows.sumOverColumns(x, r), "r", (x, v, r, i, j) -> sum(x[i])),
                new Case("meanOverColumns", (x, v, r, z) -> Rows.meanOverColumns(x, r), "r", (x, v, r, i, j) -> sum(x[i]) / x[i].length),
                new Case("maxOverColumns", (x, v, r, z) -> Rows.maxOverColumns(x, r), "r",
                        (x, v, r, i, j) -> Arrays.stream(x[i]).max().orElseThrow()),
                new Case("subtractPerRow", (x, v, r, z) -> Rows.subtractPerRow(x, r, z), "z",
                        (x, v, r, i, j) -> x[i][j] - r[i]),
                new Case("multiplyPerRow", (x, v, r, z) -> Rows.multiplyPerRow(x, r, z), "z", (x, v, r, i, j) -> x[i][j] * r[i]),
                new Case("multiplyPerRow in place", (x, v, r, z) -> Operation.sequence(Elementwise.copy(x, z),
                        Rows.multiplyPerRow(z, r, z)), "z", (x, v, r, i, j) -> x[i][j] * r[i]));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsAPlainLoop(Case c) {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            // A square one too: only there a vector could be taken for one of the other kind without an error.
            for (long[] shape : new long[][] {{1, 1}, {1, 5}, {5, 1}, {4, 4}, {6, 3}, {2, 3, 2, 5}, {300, 70}}) {
                Array x = Samples.view(type, "x", shape);
                int columns = (int) shape[shape.length - 1];
                int n = (int) x.size() / columns;
                Array v = Samples.view(type, "v", columns);
                Array r = Samples.view(type, "r", n, 1);
                Array z = Samples.result(type, shape);
                double[] xs = x.toDoubles();
                double[] vs = v.toDoubles();
                double[] rs = r.toDoubles();
                double[][] rows = new double[n][];
                Arrays.setAll(rows, i -> Arrays.copyOfRange(xs, i * columns, (i + 1) * columns));
                c.call.prepare(x, v, r, z).run(Key.of(1));
                double[] expected = switch (c.writes) {
                    case "v" -> IntStream.range(0, columns).mapToDouble(j -> c.function.at(rows, vs, rs, 0, j)).toArray();
                    case "r" -> IntStream.range(0, n).mapToDouble(i -> c.function.at(rows, vs, rs, i, 0)).toArray();
                    default -> IntStream.range(0, n * columns)
                            .mapToDouble(k -> c.function.at(rows, vs, rs, k / columns, k % columns)).toArray();
                };
                Array written = c.writes.equals("v") ? v : c.writes.equals("r") ? r : z;
                assertClose(c.name + " of " + x, written.toDoubles(), expected, Samples.tolerance(type), 10);
                assertThat(x.toDoubles()).as("x").isEqualTo(xs);
            }
        }
    }

    private static double[] column(double[][] x, int j) {
        return Arrays.stream(x).mapToDouble(row -> row[j]).toArray();
    }

    private static double sum(double[] values) {
        return Arrays.stream(values).sum();
    }
}
