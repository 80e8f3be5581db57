package cairn.machine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where this process computes, and why. This is decided before ND4J is loaded, because ND4J itself would take a GPU that it has no code
 * for, and fail at the first operation. The CPU never replaces a GPU unless the user asked for that.
 *
 * @param isOnGpu whether a GPU computes
 * @param isSimulatedGpu whether the CPU computes as a simulated GPU
 * @param why the reason, in one sentence
 * @param gpu the GPU that computes
 * @param isCompiled whether the driver compiles the code first
 */
public record BackendChoice(boolean isOnGpu, boolean isSimulatedGpu, String why, Optional<Gpu> gpu, boolean isCompiled) {

    /** The backend that the user asks for. */
    public enum Wish {
        /** A GPU if one can be used; otherwise the CPU, with a note that says why. */
        AUTO,
        /** The CPU. */
        CPU,
        /** A GPU, or an error. */
        CUDA,
        /** The CPU computes, and every copy is explicit and counted, as on a GPU; for tests. */
        SIMULATED_GPU;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The system property and the environment variable that name the backend. */
        public static final String PROPERTY = "cairn.backend";
        public static final String VARIABLE = "CAIRN_BACKEND";

        /** The wish of this process: the property, else the variable, else what the build is for. */
        public static Wish here() {
            String text = System.getProperty(PROPERTY, Optional.ofNullable(System.getenv(VARIABLE)).orElse("")).strip();
            return text.isEmpty() ? of(Build.here())
                    : Arrays.stream(values()).filter(w -> w.toString().equalsIgnoreCase(text)).findFirst().orElseThrow(() ->
                            new BackendException("the backend is auto, cpu, cuda or simulated-gpu, found '" + text + "' in --backend or "
                                    + VARIABLE));
        }

        /** What {@code build} is for: the wish if the user names none. */
        public static Wish of(Build build) {
            return build == Build.CPU ? CPU : CUDA;
        }
    }

    /**
     * The choice for {@code wish} with {@code build} on a machine with {@code gpus}.
     *
     * @throws BackendException if the wanted backend cannot be used; the message says what can
     */
    public static BackendChoice of(Build build, Wish wish, Gpus gpus) {
        if (wish == Wish.CPU) {
            return cpu(build == Build.CPU ? "this build has code for the CPU only" : "backend cpu was asked for");
        }
        if (wish == Wish.SIMULATED_GPU) {
            return new BackendChoice(false, true,
                    "backend simulated-gpu was asked for: the CPU computes, and every copy is explicit, as on a GPU",
                    Optional.empty(), false);
        }
        Optional<String> obstacle = obstacle(build, gpus);
        if (obstacle.isEmpty()) {
            Gpu first = gpus.visible().get(0);
            boolean isCompiled = build.code(first) == Build.Code.COMPILED_AT_START;
            return new BackendChoice(true, false, first + (isCompiled ? " runs what its driver compiles" : " runs this build's code"),
                    Optional.of(first), isCompiled);
        } else if (wish == Wish.AUTO) {
            return cpu(obstacle.get());
        }
        throw new BackendException("cannot compute on a GPU: " + obstacle.get()
                + "\nTo compute on the CPU, use --backend cpu (or auto: a GPU if one can be used).");
    }

    /** Whether arrays lie in a device's memory, which Java does not see: that of a GPU or of the simulated one. */
    public boolean isDevice() {
        return isOnGpu || isSimulatedGpu;
    }

    private static BackendChoice cpu(String why) {
        return new BackendChoice(false, false, why, Optional.empty(), false);
    }

    /** Why no GPU can be used. ND4J prepares every GPU that it sees, so each visible one must be able to run the code. */
    private static Optional<String> obstacle(Build build, Gpus gpus) {
        if (gpus.visible().isEmpty()) {
            return Optional.of(gpus.problem());
        }
        List<Gpu> unfit = gpus.visible().stream().filter(c -> build.code(c) == Build.Code.NONE).toList();
        if (unfit.isEmpty()) {
            return Optional.empty();
        }
        String what = build == Build.CPU ? "this build has code for the CPU only"
                : "this build (" + build.command() + ") has no code for "
                        + unfit.stream().map(Gpu::toString).collect(Collectors.joining(", "));
        Optional<Build> fit = Build.fitFor(unfit.get(0));
        String remedy = fit.isEmpty() ? "No build has: the GPU is too old."
                : "Build the one that has: " + fit.get().command() + (fit.get().code(unfit.get(0)) == Build.Code.COMPILED_AT_START
                        ? " (its driver compiles the code at the first start)" : "") + ".";
        List<Gpu> usable = gpus.visible().stream().filter(c -> build.code(c) != Build.Code.NONE).toList();
        String others = usable.isEmpty() ? "" : "\nOr leave the others: CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES="
                + usable.stream().map(c -> Integer.toString(c.index())).collect(Collectors.joining(","));
        return Optional.of(what + "\n" + remedy + others);
    }
}
