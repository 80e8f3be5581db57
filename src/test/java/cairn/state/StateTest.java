package cairn.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.state.Parts.Machine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateTest {
    private static final State MIXED = State.of(Map.of(
            "e/scalar", Parts.bytes(new long[] {}, 255),
            "d/tensor", Parts.floats(new long[] {2, 3}, 1, 2, 3, 4, 5, 6.5f),
            "c/int", new Value.Int(-7),
            "b/text", new Value.Text("gr\u00fc\u00dfe"),
            "a/real", new Value.Real(-0.0)));

    private static Machine machine() {
        return new Machine("m", 3, new Machine("below", 2, null));
    }

    private static Machine filled(double value) {
        Machine machine = machine();
        machine.fill(value);
        return machine;
    }

    @Test
    void captureListsEverySlotUnderItsPathInTheOrderOfDeclaration() {
        State state = State.of(filled(2));
        assertThat(state.entries().keySet()).containsExactly("weights", "count", "model", "level",
                "below/weights", "below/count", "below/model", "below/level", "below/note", "note");
        assertThat(state.integer("count")).isEqualTo(2);
        assertThat(state.real("below/level")).isEqualTo(3.0);
        assertThat(state.text("model")).isEqualTo("m");
        assertThat(state.tensor("below/weights").get(1)).isEqualTo(3.0);
    }

    @Test
    void roundTrip() {
        State saved = State.of(filled(2));
        Machine other = filled(9);
        saved.into(other);
        assertThat(State.of(other)).isEqualTo(saved);
        assertThat(State.of(other).digest()).isEqualTo(saved.digest());
        assertThat(other.below.weights).containsExactly(3, 3);
    }

    @Test
    void nothingThatHappensLaterChangesACapture() {
        Machine machine = filled(2);
        State saved = State.of(machine);
        String digest = saved.digest();
        State restored = State.of(machine);
        machine.fill(5);
        assertThat(saved).isEqualTo(restored);
        saved.into(machine);
        machine.weights[0] = 77;
        assertThat(saved.digest()).isEqualTo(digest);
        assertThatThrownBy(() -> saved.tensor("weights").bytes().put(0, (byte) 1)).isInstanceOf(java.nio.ReadOnlyBufferException.class);
        assertThatThrownBy(() -> saved.entries().clear()).isInstanceOf(UnsupportedOperationException.class);
        long[] shape = saved.tensor("weights").shape();
        shape[0] = 99;
        assertThat(saved.digest()).isEqualTo(digest);
    }

    /** Field bug 20: whatever does not fit is refused, all of it is named, and nothing is changed. */
    @Test
    void restoreNamesEveryDifferenceAndChangesNothing() {
        State saved = State.of(filled(2)).select("below").overlay(State.of(Map.of(
                "weights", Parts.floats(new long[] {2, 2}, 1, 2, 3, 4),
                "count", new Value.Real(3),
                "model", new Value.Text("another"),
                "extra", new Value.Int(1),
                "level", new Value.Real(1))));
        Machine live = filled(7);
        State before = State.of(live);
        assertThatThrownBy(() -> saved.into(live)).isInstanceOfSatisfying(RestoreException.class, e -> {
            assertThat(e.differences()).extracting(d -> d.kind() + " " + d.path()).containsExactly("MISMATCHED count", "UNEXPECTED extra",
                    "DIFFERENT model", "MISSING note", "MISMATCHED weights");
            assertThat(e).hasMessageContainingAll("5 differences", "live f32[3]   saved f32[2,2]", "live integer   saved real",
                    "live text m   saved text another", "live nothing   saved integer 1", "live text   saved nothing");
            assertThat(e.from("file.x", "Do this.")).hasMessageContaining("file.x").hasMessageNotContaining("this state into");
        });
        assertThat(State.of(live)).isEqualTo(before);
        assertThat(saved.misfits(live)).hasSize(5);
        assertThat(before.misfits(live)).isEmpty();
    }

    @Test
    void aRefusingSetterIsRolledBackToTheLastBit() {
        Machine live = filled(7);
        live.level = -0.0;
        State before = State.of(live);
        live.check = text -> {
            if (!text.equals("note 7.0")) {
                throw new IllegalArgumentException("this note will not do");
            }
            return text;
        };
        assertThatThrownBy(() -> State.of(filled(2)).into(live)).isInstanceOf(RestoreException.class)
                .hasMessageContainingAll("this note will not do", "Nothing was changed").hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(State.of(live)).isEqualTo(before);
    }

    @Test
    void selectTakesWholeSegments() {
        State state = State.of(Map.of("a/b", new Value.Int(1), "a", new Value.Int(2), "ab", new Value.Int(3), "c/a", new Value.Int(4)));
        assertThat(state.select("a").entries()).containsOnlyKeys("a", "a/b");
        assertThat(state.select("a/").entries()).containsOnlyKeys("a/b");
        assertThat(state.select("none").entries()).isEmpty();
    }

    @Test
    void renameReplacesWholeRunsOfSegments() {
        State state = State.of(Map.of("m/0.x/w", new Value.Int(1), "m/10.x/w", new Value.Int(2), "m/0.xx/w", new Value.Int(3)));
        assertThat(state.rename("0.x", "5._x").entries()).containsOnlyKeys("m/5._x/w", "m/10.x/w", "m/0.xx/w");
        assertThat(state.rename("m/0.x", "n").entries()).containsOnlyKeys("n/w", "m/10.x/w", "m/0.xx/w");
        assertThatThrownBy(() -> state.rename(path -> "same")).hasMessageContaining("'same'");
        assertThatThrownBy(() -> state.rename(path -> path.toUpperCase(java.util.Locale.ROOT))).hasMessageContaining("no state path");
    }

    @Test
    void overlayReplacesInPlaceAndAddsAtTheEnd() {
        Map<String, Value> base = new LinkedHashMap<>();
        base.put("b", new Value.Int(1));
        base.put("a", new Value.Int(2));
        Map<String, Value> over = new LinkedHashMap<>();
        over.put("c", new Value.Int(3));
        over.put("b", new Value.Real(4));
        State merged = State.of(base).overlay(State.of(over));
        assertThat(merged.entries()).containsExactly(Map.entry("b", new Value.Real(4)), Map.entry("a", new Value.Int(2)), Map.entry("c", new Value.Int(3)));
        assertThat(State.of(base).entries()).hasSize(2);
    }

    @Test
    void diffIsInPathOrderAndContentCounts() {
        State live = State.of(Map.of("a", new Value.Int(1), "b", new Value.Int(1), "c", new Value.Int(1), "e", new Value.Real(0.0)));
        State saved = State.of(Map.of("a", new Value.Int(1), "b", new Value.Int(2), "c", new Value.Real(1), "d", new Value.Int(1), "e", new Value.Real(-0.0)));
        assertThat(live.diff(saved)).extracting(d -> d.kind() + " " + d.path()).containsExactly("DIFFERENT b", "MISMATCHED c", "UNEXPECTED d", "DIFFERENT e");
        assertThat(saved.diff(live)).extracting(d -> d.kind() + " " + d.path()).containsExactly("DIFFERENT b", "MISMATCHED c", "MISSING d", "DIFFERENT e");
        assertThat(live.diff(live)).isEmpty();
    }

    @Test
    void lookUpsNameWhatIsThereInstead() {
        State state = State.of(Map.of("a", new Value.Int(1)));
        assertThatThrownBy(() -> state.real("a")).isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll("real", "'a'", "integer 1");
        assertThatThrownBy(() -> state.tensor("b")).hasMessageContainingAll("tensor", "'b'", "nothing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "0.dense/weight", "a-b_c.d", "...", "a/...", "..a", "a..", "-", "__metadata__"})
    void pathsOfSegmentsAreValid(String path) {
        assertThat(StatePath.isPath(path)).isTrue();
        assertThat(State.of(Map.of(path, new Value.Int(1))).integer(path)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "a/", "/a", "a//b", ".", "..", "a/..", "../a", "a/./b", "A", "a b", "a\\b", "\u00e4", "a\n", "a:b", "\0"})
    void otherPathsAreRefused(String path) {
        assertThat(StatePath.isPath(path)).isFalse();
        assertThatThrownBy(() -> State.of(Map.of(path, new Value.Int(1)))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + path + "' is no state path");
    }

    @Test
    void aVeryLongPathIsJustLong() {
        assertThat(StatePath.isPath("a/".repeat(1_000_000) + "a")).isTrue();
        assertThat(StatePath.isPath("a/".repeat(1_000_000))).isFalse();
    }

    @Test
    void aPathDeclaredTwiceAndABadNameAreRefused() {
        Snapshottable twice = s -> {
            s.integer("a", () -> 1, v -> { });
            s.real("a", () -> 1, v -> { });
        };
        assertThatThrownBy(() -> State.of(twice)).isInstanceOf(IllegalStateException.class).hasMessageContaining("'a' is declared twice");
        assertThatThrownBy(() -> State.of((Snapshottable) s -> s.integer("A", () -> 1, v -> { }))).hasMessageContaining("'A'");
        assertThatThrownBy(() -> State.of((Snapshottable) s -> s.child("..", twice))).hasMessageContaining("'..'");
    }

    @Test
    void orderDoesNotMatterForEqualityAndDigest() {
        Map<String, Value> one = new LinkedHashMap<>();
        one.put("a", new Value.Int(1));
        one.put("b", new Value.Int(2));
        Map<String, Value> two = new LinkedHashMap<>();
        two.put("b", new Value.Int(2));
        two.put("a", new Value.Int(1));
        assertThat(State.of(one)).isEqualTo(State.of(two)).hasSameHashCodeAs(State.of(two));
        assertThat(State.of(one).digest()).isEqualTo(State.of(two).digest());
    }

    /** By the rule of format version 1 the same states still have the digests that were recorded with it. */
    @Test
    void theEarlierDigestIsTheOneOfFormatVersionOne() {
        assertThat(EarlierDigest.of(MIXED)).isEqualTo("94525ebb8506eafa0b50279ea1b5d2b8a2d3c724b86e6f667946aa6e15fb797c");
        assertThat(EarlierDigest.of(State.of(Map.of()))).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(StateDigest.isOf(EarlierDigest.of(MIXED), MIXED)).isTrue();
        assertThat(StateDigest.isOf(EarlierDigest.of(State.of(Map.of())), MIXED)).isFalse();
    }

    /** Golden values: the bytes of docs/FORMAT.md, put together and hashed with Python 3.11's struct and hashlib. */
    @Test
    void theDigestIsTheDocumentedOne() {
        assertThat(MIXED.digest()).isEqualTo("64fcfda80ec48e86f96cc1c00bac234d9123f35258f2d5e00310d20d56a0566c");
        assertThat(State.of(Map.of()).digest()).isEqualTo("8121ad27bf0d5e05d30e064388181de79efdbfcc2d816726fe516f48bdcac2b0");
        ByteBuffer counted = ByteBuffer.allocateDirect(4 * 600_000).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 600_000; i++) {
            counted.putInt(4 * i, i);
        }
        State blocks = State.of(Map.of("large", new Value.Tensor(ElementType.I32, new long[] {600_000}, counted),
                "empty", Parts.floats(new long[] {0, 3})));
        assertThat(blocks.digest()).isEqualTo("7036eb4d68f04be1f0cf69b53164fc60eec336d85b54204b45026b186ee4ce65");
        assertThat(StateDigest.of(slots -> blocks.entries().forEach((path, value) -> {
            Value.Tensor tensor = (Value.Tensor) value;
            slots.tensor(path, tensor.type(), tensor.shape(), Parts.reading(tensor));
        }))).as("digested in one piece").isEqualTo("7036eb4d68f04be1f0cf69b53164fc60eec336d85b54204b45026b186ee4ce65");
    }
}
