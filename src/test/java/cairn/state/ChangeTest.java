package cairn.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChangeTest {

    private static Value.Tensor floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float v : values) {
            bytes.putFloat(v);
        }
        return new Value.Tensor(ElementType.F32, new long[] {values.length}, bytes.flip());
    }

    private static Distance distance(Value.Tensor before, Value.Tensor after) {
        List<Change> changes = Change.between(State.of(Map.of("w", before)), State.of(Map.of("w", after)));
        assertThat(changes).hasSize(1);
        return changes.get(0).distance().orElseThrow();
    }

    @Test
    void everyPathOfBothSidesIsNamedInOrder() {
        Map<String, Value> before = new LinkedHashMap<>();
        before.put("step", new Value.Int(1));
        before.put("gone", new Value.Text("x"));
        before.put("same", new Value.Real(Double.NaN));
        before.put("shaped", floats(1, 2));
        Map<String, Value> after = new LinkedHashMap<>();
        after.put("step", new Value.Int(2));
        after.put("same", new Value.Real(Double.NaN));
        after.put("new", new Value.Int(7));
        after.put("shaped", floats(1, 2, 3));
        List<Change> changes = Change.between(State.of(before), State.of(after));
        assertThat(changes).extracting(Change::path).containsExactly("gone", "new", "same", "shaped", "step");
        assertThat(changes).extracting(Change::isEqual).containsExactly(false, false, true, false, false);
        assertThat(changes).allMatch(c -> c.distance().isEmpty());
        assertThat(changes.get(0).after()).isEmpty();
        assertThat(changes.get(1).before()).isEmpty();
        assertThat(changes.get(3).before()).isEqualTo("f32[2]");
        assertThat(changes.get(4).after()).isEqualTo("integer 2");
    }

    @Test
    void distanceIsThatOfTheFormulas() {
        Distance d = distance(floats(3, 4, 0, 1), floats(3, 1, 4, 1));
        assertThat(d.elements()).isEqualTo(4);
        assertThat(d.changed()).isEqualTo(2);
        assertThat(d.maximum()).isEqualTo(4);
        assertThat(d.norm()).isCloseTo(5, within(1e-15));
        assertThat(d.normBefore()).isCloseTo(Math.sqrt(26), within(1e-15));
        assertThat(d.normAfter()).isCloseTo(Math.sqrt(27), within(1e-15));
        assertThat(d.relative()).isCloseTo(5 / Math.sqrt(26), within(1e-15));
    }

    @Test
    void specialValuesCount() {
        assertThat(distance(floats(0, 0), floats(0, 1)).relative()).isInfinite();
        assertThat(distance(floats(0f), floats(-0f))).isEqualTo(new Distance(1, 1, 0, 0, 0, 0, 0));
        assertThat(distance(floats(Float.NaN, 1), floats(Float.NaN, 1)).changed()).isZero();
        assertThat(distance(floats(Float.NaN, 1), floats(Float.NaN, 2)).maximum()).isEqualTo(1);
        assertThat(distance(floats(1f), floats(Float.NaN)).maximum()).isNaN();
        assertThat(distance(floats(Float.POSITIVE_INFINITY), floats(Float.POSITIVE_INFINITY)).norm()).isZero();
        assertThat(distance(floats(), floats())).isEqualTo(new Distance(0, 0, 0, 0, 0, 0, 0));
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void everyElementTypeIsRead(ElementType type) {
        ByteBuffer zeros = ByteBuffer.allocate(3 * type.bytes());
        ByteBuffer moved = ByteBuffer.allocate(3 * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case F64 -> moved.putDouble(8, 2);
            case F32 -> moved.putFloat(4, 2);
            case I64 -> moved.putLong(8, 2);
            case I32 -> moved.putInt(4, 2);
            case U8 -> moved.put(1, (byte) 2);
        }
        Distance d = distance(new Value.Tensor(type, new long[] {3}, zeros), new Value.Tensor(type, new long[] {3}, moved));
        assertThat(d).isEqualTo(new Distance(3, 1, 2, 2, 0, 2, Double.POSITIVE_INFINITY));
    }
}
