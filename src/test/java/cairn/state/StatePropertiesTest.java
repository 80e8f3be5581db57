package cairn.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The algebra of states, over any states. */
class StatePropertiesTest {

    @Provide
    Arbitrary<State> states() {
        Arbitrary<Value> values = Arbitraries.oneOf(
                Arbitraries.longs().map(Value.Int::new),
                Arbitraries.longs().map(bits -> new Value.Real(Double.longBitsToDouble(bits))),
                Arbitraries.strings().ascii().ofMaxLength(5).map(Value.Text::new),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(6).map(b ->
                        new Value.Tensor(ElementType.U8, new long[] {b.length}, ByteBuffer.wrap(b))));
        Arbitrary<String> paths = Arbitraries.of("a", "b", "c").list().ofMinSize(1).ofMaxSize(3).map(s -> String.join("/", s));
        return Arbitraries.maps(paths, values).ofMaxSize(8).map(State::of).withoutEdgeCases();
    }

    @Property
    void digestsAreEqualExactlyIfTheStatesAre(@ForAll("states") State a, @ForAll("states") State b) {
        assertThat(a.digest().equals(b.digest())).isEqualTo(a.equals(b));
        assertThat(a.diff(b).isEmpty()).isEqualTo(a.equals(b));
        assertThat(a.digest()).isEqualTo(State.of(a.entries()).digest());
    }

    @Property
    void anyChangedBitChangesTheDigest(@ForAll("states") State state, @ForAll long seed) {
        for (Map.Entry<String, Value> e : state.entries().entrySet()) {
            if (e.getValue() instanceof Value.Tensor t && t.size() > 0) {
                byte[] bytes = new byte[(int) t.size()];
                t.bytes().get(bytes);
                bytes[(int) Math.floorMod(seed, t.size())] ^= (byte) (1 << (seed >>> 60 & 7));
                State changed = state.overlay(State.of(Map.of(e.getKey(), new Value.Tensor(t.type(), t.shape(), ByteBuffer.wrap(bytes)))));
                assertThat(changed.digest()).isNotEqualTo(state.digest());
                assertThat(changed.diff(state)).singleElement().satisfies(d -> assertThat(d.kind()).isEqualTo(Difference.Kind.DIFFERENT));
            }
        }
    }

    @Property
    void overlayIsAssociativeAndTakesTheLast(@ForAll("states") State a, @ForAll("states") State b, @ForAll("states") State c) {
        assertThat(a.overlay(b).overlay(c)).isEqualTo(a.overlay(b.overlay(c)));
        assertThat(a.overlay(a)).isEqualTo(a);
        b.entries().forEach((path, value) -> assertThat(a.overlay(b).entries()).containsEntry(path, value));
    }

    @Property
    void selectionsPartAStateWithoutLoss(@ForAll("states") State state) {
        State together = state.select("a").overlay(state.select("b")).overlay(state.select("c"));
        assertThat(together).isEqualTo(state);
        assertThat(state.select("a").select("a")).isEqualTo(state.select("a"));
    }

    @Property
    void renamingBackGivesTheSame(@ForAll("states") State state) {
        assertThat(state.rename(path -> "x/" + path).rename("x/a", "a").rename("x/b", "b").rename("x/c", "c")).isEqualTo(state);
        Map<String, Value> reversed = new LinkedHashMap<>();
        state.entries().forEach((path, value) -> reversed.put(new StringBuilder(path).reverse().toString(), value));
        assertThat(state.rename(path -> new StringBuilder(path).reverse().toString())).isEqualTo(State.of(reversed));
    }
}
