package cairn.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.state.ElementType;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.state.State;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("device")
class ShadowStateTest {

    /** One slot of each kind. */
    private static final class Part implements Snapshottable {
        private final Array numbers = Array.filled(ElementType.F32, 1.5, 2, 3);
        private long whole = 7;
        private double real = -0.0;
        private String text = "a";

        @Override
        public void slots(Slots s) {
            s.constant("fixed", "always");
            s.child("below", t -> {
                t.tensor("numbers", numbers.type(), numbers.shape(), numbers);
                t.integer("whole", () -> whole, v -> whole = v);
            });
            s.real("real", () -> real, v -> real = v);
            s.text("text", () -> text, v -> text = v);
        }

        void change() {
            numbers.fill(9);
            whole++;
            real++;
            text += "b";
        }
    }

    @Test
    void whatWasTakenIsPutBackBitForBitAndIsItselfStateUnderTheSameNames() {
        Part part = new Part();
        State first = State.of(part);
        ShadowState kept = new ShadowState(part);
        part.change();
        State second = State.of(part);
        assertThat(State.of(kept)).isEqualTo(first);
        kept.put();
        assertThat(State.of(part)).isEqualTo(first).isNotEqualTo(second);
        part.change();
        kept.take();
        part.change();
        State.of(kept).into(kept);
        kept.put();
        assertThat(State.of(part)).isEqualTo(second);
    }
}
