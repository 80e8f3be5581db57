package cairn.tensor.device;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.state.ElementType;
import cairn.tensor.AllocationDryRun;
import cairn.tensor.Array;
import cairn.tensor.op.Elementwise;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FreeMemoryTest {

    @Test
    void aPlanCountsArraysAndStopsAtItsLimit() {
        Runnable wiring = () -> {
            Array x = Array.zeros(ElementType.F32, 1000, 1000);
            Elementwise.add(x, x, Array.zeros(ElementType.F32, 1000, 1000));
        };
        assertThat(FreeMemory.bytes()).isPositive();
        assertThat(AllocationDryRun.bytes(8_000_000, wiring)).isEqualTo(OptionalLong.of(8_000_000));
        assertThat(AllocationDryRun.bytes(7_999_999, wiring)).isEmpty();
        assertThat(Array.zeros(ElementType.F32, 2000).toDoubles()).as("afterwards arrays are their own").containsOnly(0);
    }
}
