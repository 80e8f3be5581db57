package cairn.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.cli.Cairn;
import cairn.cli.terminal.ExitCode;
import cairn.machine.BackendChoice;
import cairn.machine.Build;
import cairn.machine.Gpus;
import cairn.machine.Tf32;
import cairn.tensor.device.ActiveBackend;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GpuReportTest {
    private static final Gpus HOPPER = Gpus.found(arguments -> Optional.of(new Gpus.Answer(0,
            "0, GPU-22bb, NVIDIA H100 80GB HBM3, 535.104.05, 81559, 81008, 9.0\n")), Map.of());

    @Test
    void itNamesDriverGpuCapabilityMemoryAndWhatIsChosen() {
        String text = GpuReport.of(Build.CUDA_PTX, BackendChoice.Wish.CUDA, HOPPER, Tf32.OFF).table().toString();
        assertThat(text).contains("NVIDIA H100 80GB HBM3", "compute capability 9.0", "driver 535.104.05", "84.9 GB of 85.5 GB free",
                "compiled by the driver at the first start", "computes on  the GPU");
    }

    @Test
    void aGpuWithoutCodeIsShownWithTheBuildThatHasIt() {
        GpuReport report = GpuReport.of(Build.CUDA, BackendChoice.Wish.CUDA, HOPPER, Tf32.OFF);
        assertThat(report.table().toString()).contains("needs mvn -Pcuda-ptx package").doesNotContain("computes on");
        assertThat(report.refusal()).get().extracting(Throwable::getMessage).asString().contains("mvn -Pcuda-ptx package");
        assertThat(report.event().get("computes_on").textValue()).isEqualTo("nothing");
    }

    @Test
    void aBuildForGpusSaysWhetherProductsMayBeRounded() {
        GpuReport report = GpuReport.of(Build.CUDA_PTX, BackendChoice.Wish.CUDA, HOPPER, Tf32.of("1"));
        assertThat(report.table().toString()).containsPattern("tf32 +asked for").contains("NVIDIA_TF32_OVERRIDE");
        assertThat(report.event().get("tf32").textValue()).isEqualTo("asked_for");
        assertThat(GpuReport.of(Build.CUDA, BackendChoice.Wish.CPU, HOPPER, Tf32.OFF).table().toString())
                .containsPattern("tf32 +off: .*=0");
        assertThat(GpuReport.of(Build.CPU, BackendChoice.Wish.CPU, HOPPER, Tf32.OFF).table().toString()).doesNotContain("tf32");
    }

    @Test
    void doctorSaysWhereItComputesAndWhy() {
        Cairn.Result doctor = Cairn.run("doctor", "--json");
        assertThat(doctor.events("backend")).singleElement().satisfies(e -> {
            BackendChoice made = ActiveBackend.made();
            assertThat(e.get("computes_on").textValue()).isEqualTo(made.isOnGpu() ? "cuda" : "cpu");
            assertThat(e.get("why").textValue()).isEqualTo(made.why());
        });
        assertThat(doctor.events("environment")).singleElement().satisfies(e ->
                assertThat(e.get("unordered-additions").textValue()).isEqualTo("none"));
    }

    @Test
    void aBackendThatDoesNotExistIsRefused() {
        Cairn.Result result = Cairn.run("train", "iris", "--backend", "gpu");
        assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("'--backend'").contains("expected auto, cpu, cuda or simulated-gpu, found 'gpu'");
    }
}
