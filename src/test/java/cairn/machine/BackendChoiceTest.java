package cairn.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendChoiceTest {
    private static final String AMPERE = "0, GPU-11aa, NVIDIA GeForce RTX 3090, 535.104.05, 24576, 24005, 8.6\n";
    private static final String HOPPER = "1, GPU-22bb, NVIDIA H100 80GB HBM3, 535.104.05, 81559, 81008, 9.0\n";
    private static final String FERMI = "0, GPU-33cc, GeForce GTX 580, 390.157, 1536, 1500, 2.0\n";

    private static Gpus gpus(String answer) {
        return Gpus.found(arguments -> Optional.of(new Gpus.Answer(0, answer)), Map.of());
    }

    @Test
    void aGpuIsReadFromWhatItsDriverSays() {
        assertThat(gpus(AMPERE).visible()).containsExactly(new Gpu(0, "GPU-11aa", "NVIDIA GeForce RTX 3090", "535.104.05",
                new Gpu.Capability(8, 6), 24576L << 20, 24005L << 20));
        assertThat(gpus("0, GPU-9, NVIDIA GH200, 550.54, [N/A], [N/A], 9.0").visible().get(0).totalBytes()).isZero();
    }

    @Test
    void anOldDriverThatDoesNotKnowTheCapabilityIsAskedAgain() {
        Gpus gpus = Gpus.found(arguments -> Optional.of(arguments.get(0).contains("compute_cap")
                ? new Gpus.Answer(2, "Field \"compute_cap\" is not a valid field to query.\n")
                : new Gpus.Answer(0, "0, GPU-44dd, Tesla V100, 460.32.03, 16160, 16000\n")), Map.of());
        assertThat(gpus.visible()).extracting(c -> c.capability().toString()).containsExactly("unknown");
        assertThat(BackendChoice.of(Build.CUDA, BackendChoice.Wish.CUDA, gpus).isOnGpu()).isTrue();
    }

    @Test
    void withoutADriverOrAGpuItSaysWhatIsMissing() {
        Gpus none = Gpus.found(arguments -> Optional.empty(), Map.of());
        assertThatThrownBy(() -> BackendChoice.of(Build.CUDA, BackendChoice.Wish.CUDA, none)).isInstanceOf(BackendException.class)
                .hasMessageContaining("there is no NVIDIA driver: nvidia-smi was not found").hasMessageContaining("--backend cpu");
        Gpus broken = Gpus.found(arguments -> Optional.of(
                new Gpus.Answer(9, "NVIDIA-SMI has failed because it couldn't communicate\n")), Map.of());
        assertThat(broken.problem()).isEqualTo("the NVIDIA driver does not answer: NVIDIA-SMI has failed because it couldn't communicate");
        assertThat(gpus("No devices were found\n").problem()).isEqualTo("the NVIDIA driver knows no GPU: No devices were found");
    }

    @Test
    void theCpuIsTakenOnlyWhereTheUserAskedForIt() {
        Gpus none = Gpus.found(arguments -> Optional.empty(), Map.of());
        assertThat(BackendChoice.Wish.of(Build.CUDA)).isEqualTo(BackendChoice.Wish.CUDA);
        assertThat(BackendChoice.of(Build.CUDA, BackendChoice.Wish.AUTO, none))
                .isEqualTo(new BackendChoice(false, false, none.problem(), Optional.empty(), false));
        assertThat(BackendChoice.of(Build.CUDA, BackendChoice.Wish.CPU, gpus(AMPERE)).isOnGpu()).isFalse();
        assertThatThrownBy(() -> BackendChoice.of(Build.CPU, BackendChoice.Wish.CUDA, gpus(AMPERE)))
                .hasMessageContaining("this build has code for the CPU only").hasMessageContaining("mvn -Pcuda package");
    }

    @Test
    void aGpuThatIsTooNewIsRecognisedAndTheOtherBuildNamed() {
        assertThatThrownBy(() -> BackendChoice.of(Build.CUDA, BackendChoice.Wish.CUDA, gpus(HOPPER)))
                .hasMessageContaining("has no code for NVIDIA H100 80GB HBM3 (compute capability 9.0)")
                .hasMessageContaining("mvn -Pcuda-ptx package").hasMessageContaining("compiles the code at the first start");
        BackendChoice choice = BackendChoice.of(Build.CUDA_PTX, BackendChoice.Wish.CUDA, gpus(HOPPER));
        assertThat(choice.isOnGpu()).isTrue();
        assertThat(choice.isCompiled()).isTrue();
    }

    @Test
    void aGpuThatIsTooOldHasNoBuild() {
        assertThatThrownBy(() -> BackendChoice.of(Build.CUDA, BackendChoice.Wish.CUDA, gpus(FERMI)))
                .hasMessageContaining("No build has: the GPU is too old.");
    }

    @Test
    void everyVisibleGpuHasToRunTheCodeAndTheUnfitOnesCanBeHidden() {
        assertThatThrownBy(() -> BackendChoice.of(Build.CUDA, BackendChoice.Wish.CUDA, gpus(AMPERE + HOPPER)))
                .hasMessageContaining("NVIDIA H100").hasMessageContaining("CUDA_VISIBLE_DEVICES=0");
        Gpus hidden = Gpus.found(arguments -> Optional.of(new Gpus.Answer(0, AMPERE + HOPPER)), Map.of("CUDA_VISIBLE_DEVICES", "0"));
        assertThat(BackendChoice.of(Build.CUDA, BackendChoice.Wish.AUTO, hidden).gpu()).contains(hidden.visible().get(0));
        assertThat(seen("1,0")).containsExactly(1, 0);
        assertThat(seen("GPU-22,7,0")).as("up to the first that is none").containsExactly(1);
        assertThat(seen("")).isEmpty();
    }

    private static List<Integer> seen(String variable) {
        return Gpus.found(arguments -> Optional.of(new Gpus.Answer(0, AMPERE + HOPPER)), Map.of("CUDA_VISIBLE_DEVICES", variable))
                .visible().stream().map(Gpu::index).toList();
    }

    /** Machine code runs on the same major capability, not older; what a driver compiles on any from 8.6 on. */
    @ParameterizedTest
    @CsvSource({"3.5,NONE,READY,CUDA_PTX", "3.7,READY,READY,CUDA", "5.0,READY,READY,CUDA", "5.3,READY,READY,CUDA", "6.1,READY,READY,CUDA",
        "7.0,READY,READY,CUDA", "7.5,READY,READY,CUDA", "8.0,READY,READY,CUDA", "8.6,READY,READY,CUDA", "8.9,READY,READY,CUDA",
        "9.0,NONE,COMPILED_AT_START,CUDA_PTX", "10.0,NONE,COMPILED_AT_START,CUDA_PTX", "12.0,NONE,COMPILED_AT_START,CUDA_PTX",
        "3.0,NONE,NONE,"})
    void eachCapabilityHasItsCode(String capability, Build.Code cuda, Build.Code ptx, Build fit) {
        Gpu gpu = new Gpu(0, "GPU-1", "A GPU", "535", Gpu.Capability.parse(capability), 0, 0);
        assertThat(Build.CPU.code(gpu)).isEqualTo(Build.Code.NONE);
        assertThat(Build.CUDA.code(gpu)).isEqualTo(cuda);
        assertThat(Build.CUDA_PTX.code(gpu)).isEqualTo(ptx);
        assertThat(Build.fitFor(gpu)).isEqualTo(Optional.ofNullable(fit));
    }
}
