package cairn.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ValueTest {

    /** Values of which no two may be equal, or have one digest. Field bug 19: NaN payloads and -0.0 are content. */
    private static final List<Value> ALL_DIFFERENT = List.of(
            new Value.Int(0), new Value.Int(1), new Value.Int(-1), new Value.Int(1L << 63),
            new Value.Real(0.0), new Value.Real(-0.0), new Value.Real(1), new Value.Real(Double.MIN_VALUE),
            new Value.Real(Double.longBitsToDouble(0x7ff8000000000000L)), new Value.Real(Double.longBitsToDouble(0x7ff8000000000001L)),
            new Value.Real(Double.longBitsToDouble(0xfff8000000000000L)), new Value.Real(Double.longBitsToDouble(0x7ff0000000000001L)),
            new Value.Text(""), new Value.Text("0"), new Value.Text("1"), new Value.Text("\0"), new Value.Text("?"),
            new Value.Text("\u00e4"), new Value.Text("a\u0308"),
            Parts.floats(new long[] {}, 0f), Parts.floats(new long[] {1}, 0f), Parts.floats(new long[] {1}, -0f), Parts.floats(new long[] {1, 1}, 0f),
            Parts.floats(new long[] {1}, Float.intBitsToFloat(0x7fc00000)), Parts.floats(new long[] {1}, Float.intBitsToFloat(0x7fc00001)),
            Parts.floats(new long[] {2, 3}, 1, 2, 3, 4, 5, 6), Parts.floats(new long[] {3, 2}, 1, 2, 3, 4, 5, 6),
            Parts.floats(new long[] {6}, 1, 2, 3, 4, 5, 6), Parts.floats(new long[] {6}, 1, 2, 3, 4, 6, 5),
            Parts.floats(new long[] {0}), Parts.floats(new long[] {0, 1}), Parts.floats(new long[] {1, 0}),
            Parts.bytes(new long[] {0}), Parts.bytes(new long[] {4}, 0, 0, 0, 0), Parts.bytes(new long[] {1}, 0),
            new Value.Tensor(ElementType.I32, new long[] {1}, ByteBuffer.allocate(4)),
            new Value.Tensor(ElementType.F64, new long[] {1}, ByteBuffer.allocate(8)),
            new Value.Tensor(ElementType.I64, new long[] {1}, ByteBuffer.allocate(8)));

    @Test
    void anyDifferenceInKindTypeShapeOrBitsMakesValuesAndDigestsDifferent() {
        for (int i = 0; i < ALL_DIFFERENT.size(); i++) {
            for (int j = 0; j < ALL_DIFFERENT.size(); j++) {
                Value a = ALL_DIFFERENT.get(i);
                Value b = ALL_DIFFERENT.get(j);
                assertThat(a.equals(b)).as(a + " and " + b).isEqualTo(i == j);
                assertThat(State.of(Map.of("x", a)).digest().equals(State.of(Map.of("x", b)).digest())).as(a + " and " + b).isEqualTo(i == j);
            }
        }
    }

    @Test
    void thePathIsPartOfTheDigestAndContentCannotMoveIntoIt() {
        assertThat(State.of(Map.of("x", new Value.Int(1))).digest()).isNotEqualTo(State.of(Map.of("y", new Value.Int(1))).digest());
        assertThat(State.of(Map.of("ab", new Value.Text("c"))).digest()).isNotEqualTo(State.of(Map.of("a", new Value.Text("bc"))).digest());
        assertThat(State.of(Map.of("a", new Value.Int(1), "b", new Value.Int(2))).digest())
                .isNotEqualTo(State.of(Map.of("a", new Value.Int(2), "b", new Value.Int(1))).digest());
    }

    @Test
    void equalValuesHaveEqualHashCodesWhereverTheirBytesLie() {
        ByteBuffer offHeap = ByteBuffer.allocateDirect(12).order(ByteOrder.LITTLE_ENDIAN);
        offHeap.putFloat(4, 1).putFloat(8, 2).position(4);
        Value.Tensor direct = new Value.Tensor(ElementType.F32, new long[] {2}, offHeap);
        Value.Tensor heap = Parts.floats(new long[] {2}, 1, 2);
        assertThat(direct).isEqualTo(heap).hasSameHashCodeAs(heap);
        assertThat(State.of(Map.of("x", direct)).digest()).isEqualTo(State.of(Map.of("x", heap)).digest());
        Value nan = new Value.Real(Double.longBitsToDouble(0x7ff8000000000abcL));
        assertThat(nan).isEqualTo(new Value.Real(Double.longBitsToDouble(0x7ff8000000000abcL))).hasSameHashCodeAs(nan);
    }

    @Test
    void elementsAreReadByTheirType() {
        assertThat(Parts.floats(new long[] {2}, 1.5f, -2).get(1)).isEqualTo(-2);
        assertThat(Parts.bytes(new long[] {2}, 1, 255).get(1)).isEqualTo(255);
        assertThat(tensor(ElementType.F64, 8, b -> b.putDouble(Math.PI)).get(0)).isEqualTo(Math.PI);
        assertThat(tensor(ElementType.I64, 8, b -> b.putLong(-5)).get(0)).isEqualTo(-5);
        assertThat(tensor(ElementType.I32, 4, b -> b.putInt(-6)).get(0)).isEqualTo(-6);
        assertThat(Parts.floats(new long[] {2, 3}, 1, 2, 3, 4, 5, 6).size()).isEqualTo(6);
        assertThatThrownBy(() -> Parts.floats(new long[] {2}, 1, 2).get(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> Parts.floats(new long[] {3}, 1, 2)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("f32[3]", "12 bytes", "not 8");
        assertThatThrownBy(() -> Parts.floats(new long[] {-1}, 1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("negative");
        for (long[] shape : new long[][] {{1L << 62, 4}, {1L << 61}, {1L << 31, 1L << 31}, {Long.MAX_VALUE, Long.MAX_VALUE}, {3, 1L << 60}}) {
            assertThatThrownBy(() -> Value.Tensor.bytesOf(ElementType.F32, shape)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2^63");
        }
        assertThat(Value.Tensor.bytesOf(ElementType.U8, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(Value.Tensor.bytesOf(ElementType.F64, 0, Long.MAX_VALUE, Long.MAX_VALUE)).isZero();
        assertThat(Value.Tensor.bytesOf(ElementType.F64)).isEqualTo(8);
    }

    @Test
    void aTextThatHasNoBytesIsRefused() {
        assertThatThrownBy(() -> new Value.Text("a\ud800")).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("surrogate");
        assertThat(new Value.Text("\ud83d\ude00").value()).hasSize(2);
    }

    private static Value.Tensor tensor(ElementType type, int bytes, java.util.function.Consumer<ByteBuffer> fill) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        fill.accept(buffer);
        return new Value.Tensor(type, new long[] {1}, buffer.flip());
    }
}
