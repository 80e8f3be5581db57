package cairn.tensor.op;

import static cairn.tensor.op.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("device")
class ProductsTest {

    @Test
    void productEqualsAPlainLoopForEveryTranspositionOnViews() {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            for (int[] s : new int[][] {{1, 1, 1}, {3, 4, 5}, {1, 9, 4}, {7, 1, 3}, {6, 5, 1}, {1, 8, 1}, {33, 65, 17}}) {
                for (int mode = 0; mode < 4; mode++) {
                    boolean ta = (mode & 1) != 0;
                    boolean tb = (mode & 2) != 0;
                    Array a = ta ? Samples.view(type, "a", s[1], s[0]).transposed() : Samples.view(type, "a", s[0], s[1]);
                    Array b = tb ? Samples.view(type, "b", s[2], s[1]).transposed() : Samples.view(type, "b", s[1], s[2]);
                    Array c = Samples.result(type, s[0], s[2]);
                    Products.product(a, b, c).run(Key.of(1));
                    double[] as = Samples.view(type, "a", a.size()).toDoubles();
                    double[] bs = Samples.view(type, "b", b.size()).toDoubles();
                    double[] expected = new double[s[0] * s[2]];
                    for (int i = 0; i < s[0]; i++) {
                        for (int j = 0; j < s[2]; j++) {
                            for (int k = 0; k < s[1]; k++) {
                                expected[i * s[2] + j] += as[ta ? k * s[0] + i : i * s[1] + k] * bs[tb ? j * s[1] + k : k * s[2] + j];
                            }
                        }
                    }
                    assertClose("product " + a + (ta ? "ᵀ " : " ") + b + (tb ? "ᵀ" : ""), c.toDoubles(), expected,
                            Samples.tolerance(type), 10);
                }
            }
        }
    }

    @Test
    void aNanReachesItsRowEvenThroughAZero() {
        Array a = Array.zeros(ElementType.F32, 2, 3);
        a.set(new double[] {1, Double.NaN, 2, 3, 4, 5});
        Array c = Array.zeros(ElementType.F32, 2, 1);
        Products.product(a, Array.zeros(ElementType.F32, 3, 1), c).run(Key.of(1));
        assertThat(c.toDoubles()).isEqualTo(new double[] {Double.NaN, 0});
    }

    @Test
    void refusesShapesThatDoNotMultiply() {
        Array a = Array.zeros(ElementType.F32, 2, 3);
        assertThatThrownBy(() -> Products.product(a, a, a)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("f32[2,3]");
    }
}
