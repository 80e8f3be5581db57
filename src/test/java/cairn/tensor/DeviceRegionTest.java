package cairn.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.state.ElementType;
import cairn.state.Slots;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.tensor.device.Backend;
import cairn.tensor.device.TransferCounters;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("device")
class DeviceRegionTest {
    private static final float UNTOUCHED = 7;

    @BeforeEach
    void apart() {
        assumeTrue(Backend.isDevice(), "arrays lie in Java's memory");
    }

    /**
     * Two vectors: all of the first but the elements 10 to 19 is state, in another order; all of the second is state, in tensors of many
     * sizes.
     */
    private static final class Part implements Snapshottable {
        private final Array gapped = Array.filled(ElementType.F32, UNTOUCHED, 10_000);
        private final Array full = Array.zeros(ElementType.F64, 600);

        @Override
        public void slots(Slots s) {
            declare(s, "late", gapped.view(20, 4990, 2));
            for (int i = 0; i < 6; i++) {
                declare(s, "full-" + i, full.view(100L * i, 100));
            }
            declare(s, "first", gapped.view(0, 10));
            declare(s, "none", gapped.view(5, 0));
        }

        private static void declare(Slots s, String name, Array array) {
            s.tensor(name, array.type(), array.shape(), array);
        }

        Part numbered() {
            for (int i = 0; i < 10; i++) {
                gapped.view(i, 1).set(i);
            }
            double[] later = new double[9980];
            Arrays.setAll(later, i -> i * 0.5);
            gapped.view(20, 9980).set(later);
            double[] all = new double[600];
            Arrays.setAll(all, i -> -i);
            full.set(all);
            return this;
        }
    }

    @Test
    void aCaptureIsOneCopyForEachPieceOfMemoryThatIsState() {
        Part part = new Part().numbered();
        TransferCounters before = TransferCounters.now();
        State state = State.of(part);
        TransferCounters traffic = TransferCounters.now().since(before);
        assertThat(traffic.reads()).as("two pieces and one vector").isEqualTo(3);
        assertThat(traffic.readBytes()).isEqualTo(9990 * 4 + 600 * 8);
        assertThat(traffic.writes()).isZero();
        assertThat(state.tensor("first").get(9)).isEqualTo(9);
        assertThat(state.tensor("late").get(0)).isZero();
        assertThat(state.tensor("late").get(9979)).isEqualTo(4989.5);
        assertThat(state.tensor("full-5").get(99)).isEqualTo(-599);
    }

    @Test
    void aRestoreIsOneCopyForEachAndTouchesNothingElse() {
        State state = State.of(new Part().numbered());
        Part other = new Part();
        TransferCounters before = TransferCounters.now();
        state.into(other);
        TransferCounters traffic = TransferCounters.now().since(before);
        assertThat(traffic.writes()).isEqualTo(3);
        assertThat(traffic.writtenBytes()).isEqualTo(9990 * 4 + 600 * 8);
        assertThat(State.of(other)).isEqualTo(state);
        assertThat(other.gapped.view(10, 10).toDoubles()).containsOnly(UNTOUCHED);
    }
}
