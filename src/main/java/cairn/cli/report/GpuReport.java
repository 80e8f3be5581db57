package cairn.cli.report;

import cairn.cli.terminal.Columns;
import cairn.cli.terminal.Screen;
import cairn.machine.BackendChoice;
import cairn.machine.BackendException;
import cairn.machine.Build;
import cairn.machine.Gpu;
import cairn.machine.Gpus;
import cairn.machine.Tf32;
import cairn.words.ByteSize;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;

/**
 * What there is to compute with, what is chosen, and why. Found without loading ND4J.
 *
 * @param choice empty if the requested backend cannot be used
 * @param refusal why it cannot
 * @param tf32 whether matrix products of floats may be rounded on a GPU
 */
public record GpuReport(Build build, BackendChoice.Wish wish, Gpus gpus, Optional<BackendChoice> choice, Optional<BackendException> refusal,
        Tf32 tf32) {

    static GpuReport of(Build build, BackendChoice.Wish wish, Gpus gpus, Tf32 tf32) {
        try {
            return new GpuReport(build, wish, gpus, Optional.of(BackendChoice.of(build, wish, gpus)), Optional.empty(), tf32);
        } catch (BackendException e) {
            return new GpuReport(build, wish, gpus, Optional.empty(), Optional.of(e), tf32);
        }
    }

    /** The report for this process. */
    public static GpuReport here() {
        return of(Build.here(), BackendChoice.Wish.here(), Gpus.here(), Tf32.here());
    }

    /**
     * Prints all of it.
     *
     * @throws BackendException if the requested backend cannot be used
     */
    public void show(Screen screen) {
        screen.print(table().toString());
        screen.emit(event());
        refusal.ifPresent(e -> {
            throw e;
        });
    }

    Columns table() {
        Columns table = new Columns("", "");
        table.add("build", build.command() + (build == Build.CPU ? ": for the CPU" : ": with " + build.artifact()));
        if (gpus.visible().isEmpty()) {
            table.add("gpu", "none: " + gpus.problem());
        }
        for (Gpu gpu : gpus.visible()) {
            table.add("gpu " + gpu.index(), gpu.name() + ", driver " + gpu.driver() + ", "
                    + (gpu.totalBytes() == 0 ? "memory unknown" : ByteSize.text(gpu.freeBytes()) + " of " + ByteSize.text(gpu.totalBytes())
                    + " free"));
            table.add("", "compute capability " + gpu.capability() + ", " + code(gpu));
        }
        table.add("asked for", wish.toString());
        choice.ifPresent(c -> table.add("computes on", (c.isOnGpu() ? "the GPU: " : "the CPU: ") + c.why().replace("\n", " ")));
        if (build != Build.CPU) {
            table.add("tf32", tf32.sentence());
        }
        return table;
    }

    /** Where the code for the GPU comes from. */
    private String code(Gpu gpu) {
        return switch (build.code(gpu)) {
            case READY -> "this build has its code";
            case COMPILED_AT_START -> "compiled by the driver at the first start";
            case NONE -> Build.fitFor(gpu).map(b -> "needs " + b.command()).orElse("too old for every build");
        };
    }

    ObjectNode event() {
        ObjectNode event = Screen.event("backend").put("build", build.command()).put("asked_for", wish.toString())
                .put("computes_on", choice.map(c -> c.isOnGpu() ? "cuda" : "cpu").orElse("nothing"))
                .put("tf32", tf32.name().toLowerCase(Locale.ROOT))
                .put("why", choice.map(BackendChoice::why).or(() -> refusal.map(Throwable::getMessage)).orElse(""));
        ArrayNode list = event.putArray("gpus");
        for (Gpu gpu : gpus.visible()) {
            list.addObject().put("index", gpu.index()).put("name", gpu.name()).put("driver", gpu.driver())
                    .put("compute_capability", gpu.capability().toString()).put("total_bytes", gpu.totalBytes())
                    .put("free_bytes", gpu.freeBytes())
                    .put("code", build.code(gpu).name().toLowerCase(Locale.ROOT));
        }
        return event;
    }
}
