package cairn.tensor.device;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.state.ElementType;
import cairn.tensor.AllocationDryRun;
import cairn.tensor.Array;
import cairn.tensor.op.Elementwise;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FreeMemoryTest {

    @Test
    void itIsReadFromWhatLinuxSays() {
        assertThat(FreeMemory.available(List.of("MemTotal:       16384000 kB", "MemAvailable:    2048 kB")))
                .isEqualTo(OptionalLong.of(2048 * 1024));
        assertThat(FreeMemory.available(List.of())).isEmpty();
        assertThat(FreeMemory.number(List.of("max"))).as("a group without a limit").isEmpty();
        assertThat(FreeMemory.number(List.of("1073741824"))).isEqualTo(OptionalLong.of(1 << 30));
        assertThat(FreeMemory.bytes()).isPositive();
    }

    @Test
    void aPlanCountsArraysAndStopsAtItsLimit() {
        Runnable wiring = () -> {
            Array x = Array.zeros(ElementType.F32, 1000, 1000);
            Elementwise.add(x, x, Array.zeros(ElementType.F32, 1000, 1000));
        };
        assertThat(AllocationDryRun.bytes(8_000_000, wiring)).isEqualTo(OptionalLong.of(8_000_000));
        assertThat(AllocationDryRun.bytes(7_999_999, wiring)).isEmpty();
        assertThat(Array.zeros(ElementType.F32, 2000).toDoubles()).as("afterwards arrays are their own").containsOnly(0);
    }
}
