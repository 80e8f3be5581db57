package cairn.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.state.State;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The audit as people use it on classes of their own. */
class CompletenessAuditTest {

    /** Everything in a slot, in each of the ways in which a field can be. */
    private static class Whole implements Snapshottable {
        private long count;
        private String word = "a";
        private final float[] weights = {1, 2, 3};
        private final AtomicLong total = new AtomicLong(4);
        private final TreeSet<Long> skipped = new TreeSet<>(List.of(5L));
        private long[] window = {1, 2};
        private final State constant = State.of(Map.of());
        private final List<String> names = List.of("x");

        @Override
        public void slots(Slots s) {
            s.integer("count", () -> count, v -> {
                if (v < 0 || v > 0 && v != 9) {
                    throw new IllegalArgumentException("takes 0 and 9");
                }
                count = v;
            });
            s.text("word", () -> word, v -> word = v);
            s.integer("total", total::get, total::set);
            s.text("skipped", () -> skipped.isEmpty() ? "" : skipped.first().toString(), v -> {
                skipped.clear();
                if (!v.isEmpty()) {
                    skipped.add(Long.parseLong(v));
                }
            });
            s.integer("window", () -> window[0], v -> window = new long[] {v, v + 1});
            s.tensor("weights", ElementType.F32, new long[] {3}, new Slots.TensorAccess() {
                @Override
                public void copyTo(ByteBuffer target) {
                    target.asFloatBuffer().put(weights);
                }

                @Override
                public void copyFrom(ByteBuffer source) {
                    source.asFloatBuffer().get(weights);
                }
            });
        }
    }

    @Test
    void whatIsInSlotsInAnyFormIsComplete() {
        Whole whole = new Whole();
        whole.count = 9;
        State before = State.of(whole);
        CompletenessAudit.of(whole).requireComplete();
        assertThat(State.of(whole)).isEqualTo(before);
    }

    /** Two weights of three are in a slot. */
    private static final class Half implements Snapshottable {
        private final int[] values = {1, 2, 3};

        @Override
        public void slots(Slots s) {
            s.integer("first", () -> values[0], v -> values[0] = (int) v);
            s.integer("second", () -> values[1], v -> values[1] = (int) v);
        }
    }

    @Test
    void anArrayOfWhichAPartIsForgottenIsNamed() {
        assertThat(CompletenessAudit.of(new Half()).findings()).singleElement().satisfies(f -> {
            assertThat(f.field()).isEqualTo("values");
            assertThat(f.what()).contains("in part in a slot");
        });
    }

    enum Mode {
        FAST, SLOW;

        private int uses;
    }

    /** Forgets one field of its own and inherits a generator. */
    private static final class Sampler extends Random implements Snapshottable {
        private static final long serialVersionUID = 1L;
        private static final Map<String, Integer> CACHE = new HashMap<>();
        private int forgotten;
        private final Mode mode = Mode.FAST;
        @Ephemeral(" ")
        private int unexplained;
        @Ephemeral("made again for every step")
        private final List<int[]> rows = new ArrayList<>(List.of(new int[] {1}));
        @Ephemeral(value = "another library's", whole = true)
        private final Whole foreign = new Whole();

        @Override
        public void slots(Slots s) {
            // Nothing: that is the mistake.
        }
    }

    @Test
    void aClassThatForgetsAFieldFailsWithEverythingItForgets() {
        String sampler = Sampler.class.getName();
        assertThatThrownBy(() -> CompletenessAudit.of(new Sampler()).requireComplete()).isInstanceOf(AssertionError.class)
                .hasMessageContaining("would forget 5 things")
                .hasMessageContaining(sampler + ".forgotten (not final)").hasMessageContaining("CompletenessAuditTest$Sampler.forgotten")
                .hasMessageContaining(sampler + ".CACHE (HashMap)").hasMessageContaining("a Random")
                .hasMessageContaining(Mode.class.getName() + ".uses (not final)")
                .hasMessageContaining(sampler + ".unexplained (declared without a reason)")
                .hasMessageNotContaining(".rows").hasMessageNotContaining("Whole").hasMessageNotContaining("serialVersionUID");
    }
}
