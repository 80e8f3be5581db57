package cairn.tensor.device;

import cairn.machine.BackendException;
import java.util.Map;
import java.util.regex.Pattern;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How many threads compute. The number holds for the whole process. It changes how sums are cut, and so may change bits, in everything that
 * computes at the same time.
 */
public final class Threads {
    /** Beyond this, the runtime of OpenMP ends the process. */
    private static final int MOST = 4096;
    private static final String NUMBER = "OMP_NUM_THREADS";
    private static final String LIMIT = "OMP_THREAD_LIMIT";
    private static final Pattern WHOLE_NUMBER = Pattern.compile("[+]?\\d{1,9}");

    private Threads() {
    }

    /**
     * Refuses an {@code environment} with which the native libraries do not start. To be asked before they are loaded.
     *
     * @throws BackendException naming the variable
     */
    static void requireNumber(Map<String, String> environment) {
        String text = environment.getOrDefault(NUMBER, "");
        boolean isNumber = WHOLE_NUMBER.matcher(text).matches() && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= MOST;
        if (text.isEmpty() || isNumber) {
            return;
        }
        String first = text.split(",", 2)[0].strip();
        boolean isList = WHOLE_NUMBER.matcher(first).matches() && !first.equals(text);
        throw new BackendException(BitVariables.text(NUMBER, text) + " cannot be used: expected one whole number from 1 to " + MOST
                + (isList ? "\nThe numbers after the first are for threads of threads, which do not occur here. Set " + NUMBER + "=" + first + "."
                        : "\nSet it to the number of threads that should compute, or unset it."));
    }

    /**
     * Refuses an {@code environment} that lets fewer than {@code threads} threads compute although that many are asked for. By OpenMP's
     * rule (specification 5.0, 2.6.1) these three variables can do that. Then oneDNN ends the process, and ND4J may lose parts of sums.
     *
     * @throws BackendException naming the variable
     */
    static void requireWholeTeams(Map<String, String> environment, int threads) {
        String limit = environment.getOrDefault(LIMIT, "").strip();
        if (environment.getOrDefault("OMP_DYNAMIC", "").strip().equalsIgnoreCase("true")) {
            throw new BackendException("OMP_DYNAMIC=true cannot be used: the load of the machine would decide at each operation how many"
                    + " threads compute, so no result could be repeated, and oneDNN would end the process.\nUnset OMP_DYNAMIC.");
        } else if (threads > 1 && environment.getOrDefault("OMP_MAX_ACTIVE_LEVELS", "").strip().matches("[+]?0+")) {
            throw new BackendException("OMP_MAX_ACTIVE_LEVELS=0 cannot be used: it allows one thread, but " + threads
                    + " are to compute.\nUnset it, or set " + NUMBER + "=1.");
        } else if (WHOLE_NUMBER.matcher(limit).matches() && Integer.parseInt(limit) > 0 && Integer.parseInt(limit) < threads) {
            throw new BackendException(LIMIT + "=" + limit + " cannot be used: it allows fewer threads than the " + threads
                    + " that are to compute.\nUnset it, or set " + NUMBER + "=" + limit + ".");
        }
    }

    /** The number of threads now. */
    public static int count() {
        ActiveBackend.made();
        return Nd4j.getEnvironment().maxMasterThreads();
    }

    /**
     * Runs {@code work} with {@code threads} threads for operations and matrix products, and restores the numbers afterwards, also after an
     * error.
     */
    public static void with(int threads, Runnable work) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one thread must compute, found " + threads);
        }
        ActiveBackend.made();
        int most = Nd4j.getEnvironment().maxThreads();
        int masters = Nd4j.getEnvironment().maxMasterThreads();
        int blas = Nd4j.factory().blas().getMaxThreads();
        try {
            set(Math.max(most, threads), threads, threads);
            work.run();
        } finally {
            set(most, masters, blas);
        }
    }

    /**
     * As {@link #requireWholeTeams(Map, int)}, for this process with {@code masters} threads.
     *
     * @throws BackendException naming the variable
     */
    static void requireWholeTeams(int masters) {
        // Without a number in the environment, a thread of Java that is new to OpenMP asks for a thread on each processor.
        boolean isSet = !System.getenv().getOrDefault(NUMBER, "").isEmpty();
        requireWholeTeams(System.getenv(), isSet ? masters : Math.max(masters, Runtime.getRuntime().availableProcessors()));
    }

    /** There are never more master threads than threads, so the number of threads is set first. */
    private static void set(int most, int masters, int blas) {
        requireWholeTeams(masters);
        Nd4j.getEnvironment().setMaxThreads(most);
        Nd4j.getEnvironment().setMaxMasterThreads(masters);
        Nd4j.factory().blas().setMaxThreads(blas);
    }
}
