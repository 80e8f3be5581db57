package cairn.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.state.ElementType;
import cairn.tensor.op.Samples;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("device")
class ArrayTest {

    @Test
    void aViewSharesMemoryAtItsOffset() {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            Array flat = Array.zeros(type, 12);
            Array view = flat.view(3, 2, 3);
            view.set(new double[] {1, 2, 3, 4, 5, 6});
            assertThat(flat.toDoubles()).isEqualTo(new double[] {0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0, 0});
            Array inner = view.view(1, 2, 2);
            inner.fill(9);
            assertThat(flat.toDoubles()).isEqualTo(new double[] {0, 0, 0, 1, 9, 9, 9, 9, 6, 0, 0, 0});
            assertThat(view.reshape(3, 2).toDoubles()).isEqualTo(new double[] {1, 9, 9, 9, 9, 6});
            assertThat(inner.shape()).containsExactly(2, 2);
        }
    }

    @Test
    void floatsAndDoublesGoInAndOutInRowMajorOrder() {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            Array a = Array.filled(type, 7, 2, 2);
            Array view = a.view(1, 3);
            view.set(new float[] {1.5f, -2, 99}, 0, 2);
            float[] back = new float[3];
            view.get(back, 3);
            assertThat(back).containsExactly(1.5f, -2, 7);
            assertThat(a.toDoubles()).isEqualTo(new double[] {7, 1.5, -2, 7});
        }
    }

    @Test
    void bytesAreLittleEndianAndOfTheViewOnly() {
        Array flat = Array.filled(ElementType.F32, 8, 5);
        Array view = flat.view(2, 2);
        view.set(new double[] {1, -1});
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        view.copyTo(bytes);
        bytes.flip();
        assertThat(bytes.getFloat(0)).isEqualTo(1);
        assertThat(bytes.getFloat(4)).isEqualTo(-1);
        bytes.putFloat(0, Float.intBitsToFloat(0x7fc01234));
        view.copyFrom(bytes);
        ByteBuffer again = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        view.copyTo(again);
        // Bit for bit, a NaN's payload too.
        assertThat(again.getInt(0)).isEqualTo(0x7fc01234);
        assertThat(flat.toDoubles()).isEqualTo(new double[] {8, 8, Double.NaN, -1, 8});
        assertThatThrownBy(() -> view.copyFrom(ByteBuffer.allocate(12))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8 bytes, not 12");
    }

    @Test
    void aViewKeepsItsMemoryAlive() {
        Array[] views = new Array[200];
        for (int i = 0; i < views.length; i++) {
            views[i] = Array.filled(ElementType.F32, i, 10_000).view(5000, 10);
        }
        System.gc();
        for (int i = 0; i < views.length; i++) {
            assertThat(views[i].toDoubles()).containsOnly(i);
        }
    }

    @Test
    void scalarsHaveOneValue() {
        Array s = Array.filled(ElementType.F64, 0.1);
        assertThat(s.value()).isEqualTo(0.1);
        assertThat(s.rank()).isZero();
        assertThat(s.size()).isEqualTo(1);
        assertThatThrownBy(() -> Array.zeros(ElementType.F32, 2).value()).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("f32[2]");
    }

    @Test
    void assignCopiesAllElements() {
        Array a = Samples.view(ElementType.F32, "a", 3, 4);
        Array b = Array.zeros(ElementType.F32, 12);
        b.assign(a);
        assertThat(b.toDoubles()).isEqualTo(a.toDoubles());
        assertThatThrownBy(() -> b.assign(Array.zeros(ElementType.F64, 12))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> b.assign(Array.zeros(ElementType.F32, 11))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("f32[11]").hasMessageContaining("f32[12]");
    }

    /** On one thread and on several, in one portion and in more. */
    @Test
    void valuesByIndexAreSetInPortions() {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            for (int size : new int[] {1, 4096, 4097, 65_536, 65_537, 150_001}) {
                Array whole = Array.filled(type, -1, size + 5);
                whole.view(3, size).set(i -> i / 4.0);
                double[] found = whole.toDoubles();
                assertThat(found).isEqualTo(IntStream.range(0, size + 5).mapToDouble(i -> i < 3 || i >= size + 3 ? -1 : (i - 3) / 4.0).toArray());
            }
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        Array a = Array.zeros(ElementType.F32, 2, 3);
        assertThatThrownBy(() -> a.view(4, 3)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("3 elements at 4");
        assertThatThrownBy(() -> a.view(-1, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> a.reshape(4)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("f32[2,3]");
        assertThatThrownBy(() -> a.set(new double[5])).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("6 elements, not 5");
        assertThatThrownBy(() -> Array.zeros(ElementType.F32, 6).transposed()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Array.zeros(ElementType.I64, 6)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("i64");
    }
}
