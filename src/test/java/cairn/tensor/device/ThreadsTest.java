package cairn.tensor.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.machine.BackendException;
import java.util.List;
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

    @Test
    void aNumberThatTheLibrariesCannotReadIsRefusedByName() {
        for (String sound : List.of("", "1", "2", "+2", "4096")) {
            Threads.requireNumber(Map.of("OMP_NUM_THREADS", sound));
        }
        Threads.requireNumber(Map.of());
        for (String bad : List.of("0", "-1", "abc", " 2", "4097", "99999", "2147483648", "99999999999999999999", "2;1", "\u001b[2J")) {
            assertThatThrownBy(() -> Threads.requireNumber(Map.of("OMP_NUM_THREADS", bad))).isInstanceOf(BackendException.class)
                    .hasMessageContaining("OMP_NUM_THREADS=").hasMessageContaining("from 1 to 4096").message().doesNotContain("\u001b");
        }
        assertThatThrownBy(() -> Threads.requireNumber(Map.of("OMP_NUM_THREADS", "2,1"))).hasMessageEndingWith("Set OMP_NUM_THREADS=2.");
    }

    @Test
    void variablesThatAllowFewerThreadsThanAreAskedForAreRefused() {
        for (Map<String, String> bad : List.of(Map.of("OMP_DYNAMIC", "TRUE"), Map.of("OMP_THREAD_LIMIT", "1"),
                Map.of("OMP_MAX_ACTIVE_LEVELS", "0"))) {
            assertThatThrownBy(() -> Threads.requireWholeTeams(bad, 2)).isInstanceOf(BackendException.class)
                    .hasMessageContaining(bad.keySet().iterator().next() + "=").hasMessageContaining("nset");
        }
        for (Map<String, String> sound : List.of(Map.of("OMP_DYNAMIC", "false"), Map.of("OMP_THREAD_LIMIT", "2"),
                Map.of("OMP_THREAD_LIMIT", "all"), Map.of("OMP_MAX_ACTIVE_LEVELS", "1"), Map.<String, String>of())) {
            Threads.requireWholeTeams(sound, 2);
        }
        Threads.requireWholeTeams(Map.of("OMP_THREAD_LIMIT", "1", "OMP_MAX_ACTIVE_LEVELS", "0"), 1);
    }
}
