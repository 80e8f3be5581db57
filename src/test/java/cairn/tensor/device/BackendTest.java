package cairn.tensor.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.machine.Cpu;
import cairn.machine.Tf32;
import cairn.random.Key;
import cairn.tensor.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackendTest {

    @Test
    void everyFactHasAValueAndThoseThatDecideBitsStandFirst() {
        assertThat(Backend.facts().keySet()).startsWith(Backend.deciding().toArray(String[]::new));
        assertThat(Backend.facts().values()).allMatch(v -> v != null && !v.isBlank() && !v.contains("\n"));
        assertThat(Backend.facts()).isEqualTo(Backend.facts());
    }

    @Test
    void theLoadedLibraryAndWhatMultipliesSayWhatTheyAre() {
        assertThat(Backend.facts().get("nd4j-classifier")).as("as the build asks for").matches("[a-z]+-[a-z0-9_]+(-[a-z0-9-]+)?");
        assertThat(Backend.facts().get("blas-core"))
                .matches(ActiveBackend.made().isOnGpu() ? ".+ \\d+\\.\\d+ driver .+" : "[A-Z0-9]+|unknown");
    }

    /** The builds of ND4J are known by the names of their folders. */
    @Test
    void onlyTheBuildWithCudnnAddsInNoFixedOrder() {
        assertThat(Cudnn.unordered("linux-x86_64-cudnn")).containsExactly("conv2d", "conv2d_bp", "maxpool2d_bp");
        for (String other : List.of("linux-x86_64", "linux-x86_64-onednn", "windows-x86_64-avx2", "unknown")) {
            assertThat(Cudnn.unordered(other)).as(other).isEmpty();
        }
        assertThat(Backend.unordered()).isEqualTo(Cudnn.unordered(Backend.facts().get("nd4j-classifier")));
    }

    @Test
    void aGpuHasVariablesOfItsOwn() {
        Map<String, String> environment = Map.of("NVIDIA_TF32_OVERRIDE", "0", "MKL_CBWR", "AVX2", "HOME", "/home/me");
        assertThat(BitVariables.of(true, environment, Map.of())).isEqualTo("NVIDIA_TF32_OVERRIDE=0");
        assertThat(BitVariables.of(false, environment, Map.of())).isEqualTo("MKL_CBWR=AVX2");
        assertThat(BitVariables.of(true, Map.of(), Map.of())).isEqualTo("none");
    }

    @Test
    void tf32IsOffWhereItsVariableIsZeroAndUnknownWhereThereIsNone() {
        assertThat(Tf32.of("0")).isEqualTo(Tf32.OFF);
        assertThat(Tf32.of(" 0 ")).isEqualTo(Tf32.OFF);
        assertThat(Tf32.of("1")).isEqualTo(Tf32.ASKED_FOR);
        assertThat(Tf32.of(null)).isEqualTo(Tf32.LIBRARIES);
        assertThat(Tf32.of("")).isEqualTo(Tf32.LIBRARIES);
    }

    @Test
    void whatAddsInNoFixedOrderIsKnownOfASequenceAndOfWhatIsInIt() {
        List<Integer> ran = new ArrayList<>();
        Operation all = Operation.sequence(key -> ran.add(1), Operation.sequence(Operation.unordered("scatter", key -> ran.add(2)),
                Operation.unordered("histogram", key -> ran.add(3))), Operation.unordered("scatter", key -> ran.add(4)));
        assertThat(all.unordered()).containsExactly("histogram", "scatter");
        assertThat(Operation.sequence(key -> ran.add(5)).unordered()).isEmpty();
        all.run(Key.of(1));
        assertThat(ran).containsExactly(1, 2, 3, 4);
        for (String name : List.of("", " ", "my scatter")) {
            assertThatThrownBy(() -> Operation.unordered(name, key -> { })).hasMessageContaining("'" + name + "'");
        }
    }

    @Test
    void aCpuIsReadFromWhatLinuxSaysOfIt() {
        assertThat(Cpu.parse(List.of("processor\t: 0", "model name\t: Some CPU 9000 @ 2.00GHz",
                "flags\t\t: fpu sse4_2 fma avx2 avx avx512f aes"
                + " amx_tile smep", "", "processor\t: 1", "model name\t: Other"))).isEqualTo(
                new Cpu("Some CPU 9000 @ 2.00GHz", "amx_tile avx avx2 avx512f fma sse4_2"));
        assertThat(Cpu.parse(List.of("Features\t: fp asimd crc32 sve bf16", "CPU implementer\t: 0x41", "CPU part\t: 0xd40")))
                .isEqualTo(new Cpu("0x41 0xd40", "asimd bf16 fp sve"));
        assertThat(Cpu.parse(List.of()).features()).isEqualTo("unknown");
    }
}
