package cairn.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {

    @Test
    void freeMemoryIsReadFromWhatLinuxSays() {
        assertThat(ProcessMemory.available(List.of("MemTotal:       16384000 kB", "MemAvailable:    2048 kB")))
                .isEqualTo(OptionalLong.of(2048 * 1024));
        assertThat(ProcessMemory.available(List.of())).isEmpty();
        assertThat(ProcessMemory.free()).isPositive();
        assertThat(ProcessMemory.heap()).isPositive();
        assertThat(ProcessMemory.offHeap()).isPositive();
    }

    /** What Java may use off its heap is tested in processes of their own: {@code SmallHeapTest}. */
    @Test
    void aStateThatIsLargerThanTheMachineIsRefused() {
        long tooMuch = 1L << 45;
        assertThatThrownBy(() -> StateMemory.requireRoom("cannot read x", tooMuch, 0)).isInstanceOf(MemoryException.class)
                .hasMessageStartingWith("cannot read x: a state takes 33554432.0 MiB of this machine's memory").hasMessageContaining(" MiB are free")
                .hasMessageEndingWith("Free some memory, or use a machine or a container with more.");
        assertThatCode(() -> StateMemory.requireRoom("cannot read x", tooMuch, tooMuch)).as("it is there already").doesNotThrowAnyException();
        assertThatCode(() -> StateMemory.requireRoom("cannot read x", 1 << 20, 0)).doesNotThrowAnyException();
    }
}
