package cairn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void bytesAreReadAsUnsigned() {
        Table table = Table.ofBytes("t", new long[] {2}, new byte[] {0, -1, (byte) 128, 1}, Labels.Classes.numbered(2), new int[] {1, 0});
        float[] row = new float[5];
        table.features(1, row, 3);
        assertThat(row).containsExactly(0, 0, 0, 128, 1);
        assertThat(table.label(0)).isEqualTo(1);
        assertThat(table.featureCount()).isEqualTo(2);
    }

    @Test
    void bytesCanBeReadAsTheyAreAlsoThroughAViewOfRows() {
        Table table = Samples.images(5, 2, 2, 1);
        Rows view = new Rows("view", table, new int[] {4, 1});
        byte[] bytes = new byte[5];
        view.bytes(0, bytes, 1);
        float[] row = new float[4];
        table.features(4, row, 0);
        for (int i = 0; i < 4; i++) {
            assertThat((float) (bytes[1 + i] & 0xff)).isEqualTo(row[i]);
        }
        assertThat(view.isBytes()).isTrue();
        assertThat(Samples.counting(3).isBytes()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> Samples.counting(3).bytes(0, bytes, 0))
                .withMessage("data set counting does not keep its features as bytes; read them as numbers");
    }

    @Test
    void realLabelsAreTargetsAndNoClass() {
        Table table = Table.ofFloats("t", new long[] {1}, new float[] {1, 2}, new Labels.Reals(2), new float[] {5, 6, 7, 8});
        float[] targets = new float[2];
        table.targets(1, targets, 0);
        assertThat(targets).containsExactly(7, 8);
        assertThatIllegalStateException().isThrownBy(() -> table.label(0)).withMessageContaining("2 real numbers");
        assertThatIllegalStateException().isThrownBy(() -> Samples.counting(6).targets(5, targets, 0))
                .withMessage("data set counting is labelled with classes, so row 5 has no real targets; read its label");
    }

    @Test
    void theDigestDoesNotDependOnHowValuesAreStored() {
        Labels.Classes classes = Labels.Classes.numbered(2);
        Table bytes = Table.ofBytes("a", new long[] {2}, new byte[] {0, -1, 7, 1}, classes, new int[] {1, 0});
        Table floats = Table.ofFloats("b", new long[] {2}, new float[] {0, 255, 7, 1}, classes, new int[] {1, 0});
        assertThat(floats.digest()).isEqualTo(bytes.digest());
        assertThat(new Rows("view", floats, new int[] {0, 1}).digest()).isEqualTo(bytes.digest());
    }

    /**
     * Expected: python3 hashlib.sha256(b"cairn data 1" + struct.pack("<iqBii3sqB2Bi", 1, 2, 1, 1, 3, b"one", 1, 1, 3, 4,
     * 0)).hexdigest().
     */
    @Test
    void theDigestIsOfTheDocumentedBytes() {
        Table table = Table.ofFloats("t", new long[] {2}, new float[] {3, 4}, new Labels.Classes(List.of("one")), new int[] {0});
        assertThat(table.digest()).isEqualTo("fdd7d0a338e588fbf06d223a98d6ec407791c87ed298807ce6e1f1b89a2a9034");
    }

    /**
     * Expected: python3 hashlib.sha256(b"cairn data 1" + struct.pack("<iqBiqB2f1f", 1, 2, 2, 1, 1, 0, 0.5, 4,
     * -1.5)).hexdigest().
     */
    @Test
    void theDigestOfRealNumbersIsOfTheDocumentedBytes() {
        Table table = Table.ofFloats("t", new long[] {2}, new float[] {0.5f, 4}, new Labels.Reals(1), new float[] {-1.5f});
        assertThat(table.digest()).isEqualTo("0241aea29320dec4137c6a2155b2449d2a7f2eac5cb9365930f0f2440a5707de");
    }

    @Test
    void theDigestSeesEveryPartOfTheContent() {
        String digest = two(3, 4, 0, 1, 2).digest();
        assertThat(List.of(two(3, 5, 0, 1, 2), two(4, 3, 0, 1, 2), two(3, 4, 1, 0, 2), two(3, 4, 0, 1, 3), two(-0f, 4, 0, 1, 2),
                two(0, 4, 0, 1, 2)))
                .extracting(DataSet::digest).doesNotContain(digest).doesNotHaveDuplicates();
        Table other = Table.ofFloats("x", new long[] {1}, new float[] {3, 4}, new Labels.Classes(List.of("0", "b")), new int[] {0, 1});
        assertThat(other.digest()).isNotEqualTo(digest);
        assertThat(Samples.images(2, 2, 3, 1).digest()).isNotEqualTo(Samples.images(2, 3, 2, 1).digest());
    }

    private static Table two(float a, float b, int first, int second, int classes) {
        return Table.ofFloats("x", new long[] {1}, new float[] {a, b}, Labels.Classes.numbered(classes), new int[] {first, second});
    }

    @Test
    void whatDoesNotFitTogetherIsRefused() {
        Labels.Classes two = Labels.Classes.numbered(2);
        assertThatIllegalArgumentException().isThrownBy(() -> Table.ofFloats("t", new long[] {2}, new float[3], two, new int[1]))
                .withMessage("data set t: 3 feature values are not whole rows of 2");
        assertThatIllegalArgumentException().isThrownBy(() -> Table.ofFloats("t", new long[] {2}, new float[4], two, new int[1]))
                .withMessage("data set t has 2 rows, so it needs 2 labels, found 1");
        assertThatIllegalArgumentException().isThrownBy(() -> Table.ofFloats("t", new long[] {2}, new float[4], two, new int[] {0, 2}))
                .withMessageContaining("row 1: class 2 is not one of the 2 classes 0 to 1");
        assertThatIllegalArgumentException().isThrownBy(() -> Table.ofFloats("t", new long[] {2}, new float[4], new Labels.Reals(3),
                new float[5]))
                .withMessageContaining("needs 6 targets, found 5");
        assertThatIllegalArgumentException().isThrownBy(() -> Table.ofFloats("t", new long[] {}, new float[4], two, new int[4]));
        assertThatIllegalArgumentException().isThrownBy(() -> Table.ofFloats("t", new long[] {1 << 20, 1 << 20}, new float[4], two,
                new int[4]));
        assertThatIllegalArgumentException().isThrownBy(() -> new Labels.Classes(List.of("a", "a"))).withMessageContaining("differ");
        assertThatIllegalArgumentException().isThrownBy(() -> new Labels.Reals(0));
    }

    @Test
    void aRowThatIsNotThereIsRefused() {
        Table table = Samples.counting(4);
        assertThatThrownBy(() -> table.features(4, new float[2], 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> table.label(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> new Rows("part", table, new int[] {0, 4}))
                .withMessage("row 1 of part would be row 4 of counting, which has rows 0 to 3");
    }

    @Test
    void anotherShapeKeepsTheRows() {
        Table flat = Table.ofBytes("t", new long[] {4}, new byte[] {1, 2, 3, 4}, Labels.Classes.numbered(2), new int[] {1});
        Table image = flat.shaped(2, 2, 1);
        float[] row = new float[4];
        image.features(0, row, 0);
        assertThat(row).containsExactly(1, 2, 3, 4);
        assertThat(image.shape()).containsExactly(2, 2, 1);
        assertThatIllegalArgumentException().isThrownBy(() -> flat.shaped(3, 1)).withMessageContaining("3x1");
    }
}
