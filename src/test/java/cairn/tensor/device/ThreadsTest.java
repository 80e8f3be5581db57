package cairn.tensor.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ThreadsTest {

    @Test
    void theNumberHoldsForTheWorkAndIsRestoredAlsoAfterAnError() {
        Map<String, String> before = Backend.facts();
        Threads.with(1, () -> {
            assertThat(Threads.count()).isEqualTo(1);
            assertThat(Backend.facts()).containsEntry("threads", "1")
                    // cuBLAS has none on the host.
                    .containsEntry("blas-threads", ActiveBackend.made().isOnGpu() ? before.get("blas-threads") : "1");
        });
        assertThat(Backend.facts()).isEqualTo(before);
        assertThatThrownBy(() -> Threads.with(1, () -> {
            throw new IllegalStateException("no");
        })).hasMessage("no");
        assertThat(Backend.facts()).isEqualTo(before);
        assertThatThrownBy(() -> Threads.with(0, () -> { })).hasMessage("at least one thread must compute, found 0");
    }
}
