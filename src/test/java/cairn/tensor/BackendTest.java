package cairn.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BackendTest {

    @Test
    void everyFactHasAValueAndThoseThatDecideBitsStandFirst() {
        assertThat(Backend.facts().keySet()).startsWith(Backend.deciding().toArray(String[]::new));
        assertThat(Backend.facts().values()).allMatch(v -> v != null && !v.isBlank() && !v.contains("\n"));
        assertThat(Backend.facts()).isEqualTo(Backend.facts());
    }

    @Test
    void theLoadedLibraryAndOpenBlasSayWhatTheyAre() {
        assertThat(Backend.facts().get("nd4j-classifier")).as("as the build asks for").matches("[a-z]+-[a-z0-9_]+(-[a-z0-9-]+)?");
        assertThat(Backend.facts().get("blas-core")).matches("[A-Z0-9]+|unknown");
    }

    @Test
    void aProcessorIsReadFromWhatLinuxSaysOfIt() {
        assertThat(Processor.parse(List.of("processor\t: 0", "model name\t: Some CPU 9000 @ 2.00GHz", "flags\t\t: fpu sse4_2 fma avx2 avx avx512f aes"
                + " amx_tile smep", "", "processor\t: 1", "model name\t: Other"))).isEqualTo(
                new Processor("Some CPU 9000 @ 2.00GHz", "amx_tile avx avx2 avx512f fma sse4_2"));
        assertThat(Processor.parse(List.of("Features\t: fp asimd crc32 sve bf16", "CPU implementer\t: 0x41", "CPU part\t: 0xd40")))
                .isEqualTo(new Processor("0x41 0xd40", "asimd bf16 fp sve"));
        assertThat(Processor.parse(List.of()).features()).isEqualTo("unknown");
    }
}
