package cairn.cli.args;

import cairn.cli.terminal.Host;
import cairn.cli.terminal.Screen;
import cairn.cli.terminal.Signals;
import cairn.cli.terminal.Terminal;
import cairn.machine.BackendChoice;
import cairn.machine.Build;
import cairn.machine.Gpus;
import cairn.run.Clocks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BackendNoticeTest {
    private static final Gpus HOPPER = gpus("NVIDIA H100 80GB HBM3", "9.0");
    private static final Terminal TERMINAL = new Terminal() {
        @Override
        public boolean showsErr() {
            return true;
        }

        @Override
        public int width() {
            return USUAL_WIDTH;
        }

        @Override
        public boolean canDraw(char c) {
            return c < 128;
        }
    };
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicInteger compiled = new AtomicInteger();

    @Test
    void whileTheDriverCompilesASpinnerShowsForHowLong() throws IOException {
        BackendChoice choice = BackendChoice.of(Build.CUDA_PTX, BackendChoice.Wish.CUDA, HOPPER);
        Host host = host(TERMINAL, Map.of("CUDA_CACHE_PATH", "/big/cache"));
        BackendNotice.of(choice, host, new Screen(host, false), () -> {
            compiled.incrementAndGet();
            await("| the driver compiles ND4J for NVIDIA H100 80GB HBM3  0 s");
        });
        assertThat(compiled).hasValue(1);
        assertThat(text()).startsWith("note: ").contains("minutes, up to half an hour. The compiled code is kept in /big/cache");
        // The line of the spinner is removed when the driver is ready.
        assertThat(text()).endsWith("\r");
    }

    @Test
    void aLogGetsTheNoteAloneAndTheSpinnerEndsWithAFailureToo() {
        BackendChoice choice = BackendChoice.of(Build.CUDA_PTX, BackendChoice.Wish.CUDA, HOPPER);
        Host host = host(Terminal.NONE, Map.of());
        assertThatThrownBy(() -> BackendNotice.of(choice, host, new Screen(host, false), () -> {
            throw new IllegalStateException("no kernel image");
        })).hasMessage("no kernel image");
        assertThat(text().lines()).hasSize(1).first().asString().contains("~/.nv/ComputeCache");
        assertThat(Thread.getAllStackTraces().keySet()).noneMatch(t -> t.getName().equals("spinner"));
    }

    @Test
    void aGpuThatTheBuildHasCodeForNeedsNoNoteAndTheCpuSaysWhy() throws IOException {
        Host host = host(TERMINAL, Map.of());
        BackendNotice.of(BackendChoice.of(Build.CUDA, BackendChoice.Wish.CUDA, gpus("NVIDIA A100", "8.0")), host, new Screen(host, false),
                compiled::incrementAndGet);
        assertThat(text()).isEmpty();
        assertThat(compiled).hasValue(0);
        BackendNotice.of(BackendChoice.of(Build.CUDA, BackendChoice.Wish.AUTO, HOPPER), host, new Screen(host, false),
                compiled::incrementAndGet);
        assertThat(text()).startsWith("note: computing on the CPU, because ").contains("mvn -Pcuda-ptx package");
        assertThat(compiled).hasValue(0);
    }

    private String text() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private void await(String part) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!text().contains(part)) {
            assertThat(System.nanoTime()).as("waiting for " + part + " in " + text()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private Host host(Terminal terminal, Map<String, String> environment) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new Host(stream, stream, terminal, Signals.NEVER, environment, new Clocks(() -> 0, () -> 0));
    }

    private static Gpus gpus(String name, String capability) {
        return Gpus.found(arguments -> Optional.of(new Gpus.Answer(0, "0, GPU-1, " + name + ", 535.104.05, 81559, 81008, " + capability
                + "\n")),
                Map.of());
    }
}
