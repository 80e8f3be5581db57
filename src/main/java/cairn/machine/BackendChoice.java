package cairn.machine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where this process computes, and why. It is settled before ND4J is loaded, for ND4J itself would take a card that it has no code for,
 * and fail at the first operation. A processor is never taken in the place of a card unless somebody asked for that.
 *
 * @param isOnCard whether a card computes
 * @param isSimulatedGpu whether the processor plays a card's part
 * @param why in a sentence
 * @param card the one that would compute
 * @param isCompiled whether the driver compiles the code first
 */
public record BackendChoice(boolean isOnCard, boolean isSimulatedGpu, String why, Optional<Gpu> card, boolean isCompiled) {

    /** What is asked for. */
    public enum Wish {
        /** A card, if there is one that can be used; else the processor, saying so. */
        AUTO,
        /** The processor. */
        CPU,
        /** A card or nothing. */
        CUDA,
        /** The CPU computes, and every copy is explicit and counted, as on a GPU; for tests. */
        SIMULATED_GPU;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The system property that says it, and the environment variable. */
        public static final String PROPERTY = "cairn.backend";
        public static final String VARIABLE = "CAIRN_BACKEND";

        /** What is asked for in this process: by the property, else by the variable, else by the build. */
        public static Wish here() {
            String text = System.getProperty(PROPERTY, Optional.ofNullable(System.getenv(VARIABLE)).orElse("")).strip();
            return text.isEmpty() ? of(Build.here())
                    : Arrays.stream(values()).filter(w -> w.toString().equalsIgnoreCase(text)).findFirst().orElseThrow(() ->
                            new BackendException("the backend is auto, cpu, cuda or simulated-gpu, found '" + text + "' in --backend or " + VARIABLE));
        }

        /** What a build is for, where nobody says. */
        public static Wish of(Build build) {
            return build == Build.CPU ? CPU : CUDA;
        }
    }

    /**
     * The choice of {@code wish} in {@code build} on a machine with {@code cards}.
     *
     * @throws BackendException if what is asked for cannot be had, saying what would
     */
    public static BackendChoice of(Build build, Wish wish, Gpus cards) {
        if (wish == Wish.CPU) {
            return processor(build == Build.CPU ? "this build has code for the processor alone" : "backend cpu was asked for");
        }
        if (wish == Wish.SIMULATED_GPU) {
            return new BackendChoice(false, true, "backend simulated-gpu was asked for: the CPU computes, and every copy is explicit, as on a GPU", Optional.empty(), false);
        }
        Optional<String> obstacle = obstacle(build, cards);
        if (obstacle.isEmpty()) {
            Gpu first = cards.visible().get(0);
            boolean isCompiled = build.code(first) == Build.Code.COMPILED_AT_START;
            return new BackendChoice(true, false, first + (isCompiled ? " runs what its driver compiles" : " runs this build's code"),
                    Optional.of(first), isCompiled);
        } else if (wish == Wish.AUTO) {
            return processor(obstacle.get());
        }
        throw new BackendException("cannot compute on a graphics card: " + obstacle.get()
                + "\nTo compute on the processor, say --backend cpu (or auto: a card if there is one that can be used).");
    }

    /** Whether the arrays lie in memory that Java does not see. */
    public boolean isApart() {
        return isOnCard || isSimulatedGpu;
    }

    private static BackendChoice processor(String why) {
        return new BackendChoice(false, false, why, Optional.empty(), false);
    }

    /** What is in the way of using a card; ND4J prepares all that it sees, so each of them has to run its code. */
    private static Optional<String> obstacle(Build build, Gpus cards) {
        if (cards.visible().isEmpty()) {
            return Optional.of(cards.problem());
        }
        List<Gpu> unfit = cards.visible().stream().filter(c -> build.code(c) == Build.Code.NONE).toList();
        if (unfit.isEmpty()) {
            return Optional.empty();
        }
        String what = build == Build.CPU ? "this build has code for the processor alone"
                : "this build (" + build.command() + ") has no code for " + unfit.stream().map(Gpu::toString).collect(Collectors.joining(", "));
        Optional<Build> fit = Build.fitFor(unfit.get(0));
        String remedy = fit.isEmpty() ? "No build has: the card is too old."
                : "Build the one that has: " + fit.get().command() + (fit.get().code(unfit.get(0)) == Build.Code.COMPILED_AT_START
                        ? " (its driver compiles the code at the first start)" : "") + ".";
        List<Gpu> usable = cards.visible().stream().filter(c -> build.code(c) != Build.Code.NONE).toList();
        String others = usable.isEmpty() ? "" : "\nOr leave the others: CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES="
                + usable.stream().map(c -> Integer.toString(c.index())).collect(Collectors.joining(","));
        return Optional.of(what + "\n" + remedy + others);
    }
}
