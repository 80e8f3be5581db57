package cairn.tensor.device;

import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * How the threads of the native libraries wait for work. ND4J and OpenBLAS have a pool of threads each. The pools share the cores only if
 * idle threads sleep. But a thread that falls asleep between two operations costs a quarter of a step, so it looks for work 3,000 times
 * first. The libraries read this from environment variables, once, when they are loaded.
 *
 * <p>Java cannot set a variable of its own process. On Linux, {@link #settle} does what the C function {@code setenv} does: it makes a new
 * table of variables and stores its address where the C library looks for it. Nothing else changes: {@code System.getenv} and new processes
 * do not see it.
 *
 * @param added the variables that were set here, with their values
 * @param problem why not all of them hold, and what to do; empty if they do
 */
record WaitingThreads(Map<String, String> added, Optional<String> problem) {
    private static final String POLICY = "OMP_WAIT_POLICY";
    private static final String PASSIVE = "passive";
    private static final String SPINS = "GOMP_SPINCOUNT";
    private static final Map<String, String> WANTED = wanted();
    /** MKL is rarely loaded; without it, its variable has no effect. */
    private static final Set<String> MISSED = Set.of(POLICY, SPINS, "OPENBLAS_THREAD_TIMEOUT");
    /** In the names of libraries that have read the variables if they are loaded. */
    private static final Set<String> READERS = Set.of("nd4j", "openblas", "gomp", "mkl_");

    WaitingThreads {
        added = Collections.unmodifiableMap(new LinkedHashMap<>(added));
    }

    private static Map<String, String> wanted() {
        Map<String, String> wanted = new LinkedHashMap<>();
        wanted.put(POLICY, PASSIVE);
        wanted.put(SPINS, "3000");
        wanted.put("OPENBLAS_THREAD_TIMEOUT", "4");
        // So that MKL, if it is chosen, shares the pool of ND4J.
        wanted.put("MKL_THREADING_LAYER", "GNU");
        return wanted;
    }

    /** Sets what {@code environment}, that of this process, lacks. To be called before ND4J is loaded. */
    static WaitingThreads settle(Map<String, String> environment) {
        Map<String, String> missing = missing(environment);
        String system = System.getProperty("os.name");
        if (missing.isEmpty()) {
            return new WaitingThreads(missing, Optional.empty());
        } else if (!system.equals("Linux")) {
            return without(missing, system, "on this system a program cannot set them for itself");
        } else if (Loader.getLoadedLibraries().keySet().stream().anyMatch(name -> READERS.stream().anyMatch(name::contains))) {
            return without(missing, system, "ND4J was loaded before Cairn, and reads them only then");
        }
        Pointer environ = Loader.addressof("environ");
        if (environ == null) {
            return without(missing, system, "the variables of this process cannot be reached");
        }
        add(new PointerPointer<Pointer>(environ), missing);
        return new WaitingThreads(missing, Optional.empty());
    }

    /**
     * What is to be set, because the user has not set it. A user who chose another way to wait has chosen the number of attempts with it. An
     * empty value counts as none, as it does for the libraries.
     */
    static Map<String, String> missing(Map<String, String> environment) {
        boolean isOther = !environment.getOrDefault(POLICY, PASSIVE).isEmpty()
                && !environment.getOrDefault(POLICY, PASSIVE).strip().equalsIgnoreCase(PASSIVE);
        Map<String, String> missing = new LinkedHashMap<>(WANTED);
        missing.keySet().removeIf(name -> !environment.getOrDefault(name, "").isEmpty() || isOther && name.equals(SPINS));
        return missing;
    }

    /** Nothing is set. The user is told if a step takes longer for it. */
    static WaitingThreads without(Map<String, String> missing, String system, String why) {
        boolean isWindows = system.toLowerCase(Locale.ROOT).startsWith("windows");
        Map<String, String> missed = new LinkedHashMap<>(missing);
        // The runtime of Windows has no such number.
        missed.keySet().removeIf(name -> !MISSED.contains(name) || isWindows && name.equals(SPINS));
        String line = missed.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).collect(Collectors.joining(" "));
        return new WaitingThreads(Map.of(), missed.isEmpty() ? Optional.empty() : Optional.of("training may be several times slower, because "
                + String.join(", ", missed.keySet()) + (missed.size() == 1 ? " is" : " are") + " not set, and " + why
                + ".\nBefore starting Java: " + (isWindows ? "set " + line.replace(" ", "&& set ") : "export " + line)));
    }

    /**
     * Whoever reads the variables meanwhile finds the old table or the new one, because both are complete, and neither is ever freed.
     *
     * @param environ where the C library keeps the address of its table: addresses of texts {@code NAME=value}, and a zero at the end
     */
    private static void add(PointerPointer<Pointer> environ, Map<String, String> missing) {
        PointerPointer<Pointer> old = new PointerPointer<>(environ.get(0));
        int size = 0;
        while (!old.isNull() && old.get(size) != null) {
            size++;
        }
        PointerPointer<Pointer> table = new PointerPointer<>(allocated((size + missing.size() + 1L) * Long.BYTES));
        int next = 0;
        for (Map.Entry<String, String> variable : missing.entrySet()) {
            table.put(next++, text(variable.getKey() + "=" + variable.getValue()));
        }
        for (int i = 0; i < size; i++) {
            table.put(next++, old.get(i));
        }
        table.put(next, (Pointer) null);
        VarHandle.releaseFence();
        environ.put(0, table);
    }

    /** A text of C, which is never freed. */
    private static Pointer text(String text) {
        byte[] bytes = (text + "\0").getBytes(StandardCharsets.US_ASCII);
        return new BytePointer(allocated(bytes.length)).put(bytes);
    }

    private static Pointer allocated(long bytes) {
        Pointer memory = Pointer.malloc(bytes);
        if (memory == null) {
            throw new OutOfMemoryError("no memory for " + bytes + " bytes");
        }
        return memory;
    }
}
