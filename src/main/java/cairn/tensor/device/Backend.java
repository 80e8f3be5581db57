package cairn.tensor.device;

import cairn.machine.Cpu;
import cairn.machine.LibraryFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What the bits of a computation depend on beside recipe and state: the native libraries, their threads, the machine. Some facts
 * {@linkplain #deciding decide bits}; the others are kept for the record.
 */
public final class Backend {
    /** The value of a fact that cannot be found out. */
    public static final String UNKNOWN = Cpu.UNKNOWN;
    /** The value if none of the variables is set. */
    public static final String NONE = "none";
    /**
     * The name of the fact that lists the operations which add in no fixed order. It belongs to a training, not to this process. Where it
     * is not {@value #NONE}, no other fact makes the bits come out the same.
     */
    public static final String UNORDERED = "unordered-additions";

    /** Variables whose effect is a fact of its own, or that decide no bits; for the record. */
    private static final List<String> OTHER_VARIABLES = List.of("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS",
            "MKL_NUM_THREADS", "OPENBLAS_CORETYPE", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OMP_PROC_BIND", "OMP_PLACES",
            "OPENBLAS_THREAD_TIMEOUT");

    /**
     * The version of Cairn's own arithmetic. It is raised with every change after which the same recipe gives other bits, so that no
     * training from before such a change is promised to go on exactly after it.
     */
    private static final int ARITHMETIC = 2;

    private static final Set<String> DECIDING = Collections.unmodifiableSet(new LinkedHashSet<>(List.of("arithmetic", "backend", "nd4j",
            "nd4j-classifier", "blas", "blas-core", "threads", "blas-threads", "onednn", "os", "cpu", "cpu-features", "libc",
            "bit-variables")));

    private Backend() {
    }

    /** The facts that cannot change while the process lives, and take a moment to find out. */
    private static final class Machine {
        private static final Map<String, String> FACTS = facts();

        private static Map<String, String> facts() {
            Cpu cpu = Cpu.here();
            Map<String, String> facts = new LinkedHashMap<>();
            facts.put("arithmetic", Integer.toString(ARITHMETIC));
            facts.put("nd4j", nd4jVersion());
            facts.put("nd4j-classifier", NativeLibraries.nd4jClassifier());
            // The code that multiplies: the kernels for a CPU, or those of a GPU, which its driver may have compiled.
            facts.put("blas-core", ActiveBackend.made().gpu().map(c -> c.name() + " " + c.capability() + " driver " + c.driver())
                    .orElseGet(NativeLibraries::blasCore));
            facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
            facts.put("cpu", cpu.model());
            facts.put("cpu-features", cpu.features());
            facts.put("libc", NativeLibraries.libc());
            facts.put("bit-variables", BitVariables.of(ActiveBackend.made().isOnGpu(), System.getenv(), properties()));
            return Collections.unmodifiableMap(facts);
        }
    }

    /** The facts by short names: first those that decide bits, in a fixed order, then those for the record. */
    public static Map<String, String> facts() {
        ActiveBackend.made();
        Properties p = Nd4j.getExecutioner().getEnvironmentInformation();
        Map<String, String> found = new LinkedHashMap<>(Machine.FACTS);
        found.put("backend", p.get("backend") + (ActiveBackend.made().isSimulatedGpu() ? " as a simulated GPU" : ""));
        found.put("blas", String.valueOf(p.get("blas.vendor")));
        found.put("threads", String.valueOf(Nd4j.getEnvironment().maxMasterThreads()));
        found.put("blas-threads", String.valueOf(Nd4j.factory().blas().getMaxThreads()));
        found.put("onednn", Nd4j.getBackend().buildInfo().contains("ONEDNN") ? "yes" : "no");
        Map<String, String> facts = new LinkedHashMap<>();
        DECIDING.forEach(name -> facts.put(name, found.get(name)));
        facts.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        facts.put("os-version", System.getProperty("os.version"));
        facts.put("other-variables", otherVariables(System.getenv()));
        return facts;
    }

    /**
     * The native operations that this build of ND4J computes in no fixed order: what {@link #UNORDERED} says of a training that uses all of
     * them.
     */
    public static Set<String> unordered() {
        return Device.UNORDERED;
    }

    /** Where the native libraries are unpacked and loaded from, and why the usual folder is not used. */
    public static String libraryFolder() {
        List<String> passedOver = ActiveBackend.libraries().passedOver();
        return System.getProperty(LibraryFolder.PROPERTY, "JavaCPP's folder") + (passedOver.isEmpty() ? ""
                : ", because " + String.join("; ", passedOver));
    }

    /**
     * The environment variables that Cairn has set for the native libraries of this process, because the user has not. The environment that
     * Java shows does not have them.
     */
    public static Map<String, String> addedVariables() {
        return ActiveBackend.addedVariables();
    }

    /** Loads ND4J and computes something, so that a driver which has to compile its code first does so now. */
    public static void warmUp() {
        Device.warmUp();
    }

    /**
     * Whether arrays lie in the memory of a device, a GPU or the simulated one, which Java does not see: reading them waits for the device.
     */
    public static boolean isDevice() {
        return ActiveBackend.made().isDevice();
    }

    /** The names of the facts that decide bits. Where all of them are equal, equal states have equal futures. */
    public static Set<String> deciding() {
        return DECIDING;
    }

    /** What the user can do so that the deciding fact {@code name} has {@code value} again, not {@code now}; empty for any other name. */
    public static Optional<String> remedy(String name, String value, String now) {
        return Optional.ofNullable(switch (name) {
            case "threads", "blas-threads" -> "set OMP_NUM_THREADS=" + value + " before starting";
            case "blas-core" -> "set OPENBLAS_CORETYPE=" + value.toLowerCase(Locale.ROOT) + " before starting, if this CPU can do that";
            case "bit-variables" -> BitVariables.remedy(value, now);
            case "backend", "nd4j", "nd4j-classifier", "blas", "onednn" -> "start a build with " + name + " " + value;
            case "cpu", "cpu-features" -> "resume on a machine with that CPU";
            case "arithmetic" -> "resume with the version of Cairn that it was trained with";
            case "libc" -> "resume on a system with " + value;
            case "os" -> "resume on " + value;
            case UNORDERED -> "nothing helps this training: these operations add in another order each time. A new training is exact without"
                    + " them; of ND4J's own operations, only those of the build with cuDNN are like this";
            default -> null;
        });
    }

    private static String otherVariables(Map<String, String> environment) {
        String set = OTHER_VARIABLES.stream().filter(environment::containsKey).map(n -> BitVariables.text(n, environment.get(n)))
                .collect(Collectors.joining(" "));
        String added = addedVariables().entrySet().stream().map(e -> BitVariables.text(e.getKey(), e.getValue()))
                .collect(Collectors.joining(" "));
        List<String> both = Stream.of(set, added.isEmpty() ? "" : "set by Cairn: " + added).filter(text -> !text.isEmpty()).toList();
        return both.isEmpty() ? NONE : String.join("; ", both);
    }

    private static Map<String, String> properties() {
        Properties all = System.getProperties();
        return all.stringPropertyNames().stream().collect(Collectors.toMap(n -> n, n -> all.getProperty(n, "")));
    }

    /** As a file in the jar says; its manifest says nothing. */
    private static String nd4jVersion() {
        Properties jar = new Properties();
        try (InputStream in = Nd4j.class.getResourceAsStream("/META-INF/maven/org.nd4j/nd4j-api/pom.properties")) {
            if (in != null) {
                jar.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar.getProperty("version", UNKNOWN);
    }
}
