package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sum of micro-batches, compared with the documented tree in plain Java. */
class GradientTreeTest {
    private static final int SIZE = 37;

    /** Numbers of very different size, so that every other order of addition gives other bits. */
    private static float[] gradient(int part) {
        float[] g = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            g[i] = (float) (Key.of(8).fold(part).gaussian(i) * Math.pow(10, Key.of(9).fold(part).below(7, i) - 3));
        }
        return g;
    }

    /** ((0+1)+(2+3))+((4+5)+...: the left subtree is the largest complete tree, with a power of two of parts. */
    private static float[] documented(int from, int parts) {
        if (parts == 1) {
            return gradient(from);
        }
        int left = Integer.highestOneBit(parts - 1);
        float[] a = documented(from, left);
        float[] b = documented(from + left, parts - left);
        for (int i = 0; i < SIZE; i++) {
            a[i] += b[i];
        }
        return a;
    }

    private static float[] sum(GradientTree tree, Array gradient, int parts) {
        tree.clear();
        for (int part = 0; part < parts; part++) {
            gradient.set(gradient(part), 0, SIZE);
            tree.add(part == parts - 1);
        }
        float[] sum = new float[SIZE];
        gradient.get(sum, SIZE);
        return sum;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33})
    void theSumIsTheDocumentedTreeToTheBit(int parts) {
        Array gradient = Array.zeros(ElementType.F32, SIZE);
        assertThat(sum(new GradientTree(gradient, parts), gradient, parts)).isEqualTo(documented(0, parts));
    }

    /** A short last batch has fewer parts than the tree allows. A sum that was not finished is ignored. */
    @Test
    void aTreeAddsFewerPartsAndForgetsAnUnfinishedSum() {
        Array gradient = Array.zeros(ElementType.F32, SIZE);
        GradientTree tree = new GradientTree(gradient, 9);
        for (int parts : new int[] {9, 3, 7, 1, 8, 2, 9}) {
            assertThat(sum(tree, gradient, parts)).as("%d parts", parts).isEqualTo(documented(0, parts));
            tree.clear();
            gradient.fill(1e9);
            tree.add(false);
            tree.add(false);
            tree.add(false);
        }
    }

    /** The tree as a formula. */
    @ParameterizedTest
    @CsvSource({"1, 0", "2, (0+1)", "3, ((0+1)+2)", "4, ((0+1)+(2+3))", "5, (((0+1)+(2+3))+4)", "6, (((0+1)+(2+3))+(4+5))",
            "7, (((0+1)+(2+3))+((4+5)+6))", "8, (((0+1)+(2+3))+((4+5)+(6+7)))"})
    void theTreeIsLeftComplete(int parts, String expected) {
        assertThat(text(0, parts)).isEqualTo(expected);
    }

    private static String text(int from, int parts) {
        int left = Integer.highestOneBit(parts - 1);
        return parts == 1 ? Integer.toString(from) : "(" + text(from, left) + "+" + text(from + left, parts - left) + ")";
    }

    /** Otherwise the test above could not tell one order from another. */
    @Test
    void anotherOrderGivesOtherBits() {
        List<float[]> parts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            parts.add(gradient(i));
        }
        float[] oneByOne = parts.get(0).clone();
        for (float[] g : parts.subList(1, 5)) {
            for (int i = 0; i < SIZE; i++) {
                oneByOne[i] += g[i];
            }
        }
        assertThat(oneByOne).isNotEqualTo(documented(0, 5));
    }
}
