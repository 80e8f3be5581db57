package cairn.tensor.device;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The environment variables and the properties of Java by which the native libraries may choose other code or another order of sums.
 *
 * <p>The rule is closed: whatever a library may read decides bits, unless it is on one of the lists of what may vary, which say why it
 * may. So an unknown variable makes a resume less than exact; it is never taken for harmless.
 */
final class BitVariables {
    /** How the names begin that ND4J, oneDNN, OpenBLAS, MKL, and the runtimes of OpenMP and Fortran read. */
    private static final List<String> HOST_PREFIXES = List.of("SD_", "ND4J_", "DNNL_", "ONEDNN_", "MKLDNN_", "OPENBLAS_", "GOTO_",
            "GOTOBLAS_", "BLIS_", "MKL_", "OMP_", "GOMP_", "KMP_", "GFORTRAN_");
    /** How the names begin that count where a GPU computes: of ND4J and of NVIDIA's libraries. No other library makes numbers there. */
    private static final List<String> GPU_PREFIXES = List.of("SD_", "ND4J_", "CUDA_", "CUDNN_", "CUBLAS_", "CUBLASLT_", "NVIDIA_");
    /**
     * Names without such a beginning: the C library's choice of code, libraries that the system or a profiler puts in the place of others,
     * and checks of LAPACK. Others that begin with LD_ belong to too many programs.
     */
    private static final Set<String> NAMES = Set.of("GLIBC_TUNABLES", "LD_PRELOAD", "LD_AUDIT", "LD_HWCAP_MASK", "LD_DYNAMIC_WEAK",
            "DYLD_INSERT_LIBRARIES", "DYLD_LIBRARY_PATH", "DYLD_FRAMEWORK_PATH", "VECLIB_MAXIMUM_THREADS", "LAPACKE_NANCHECK", "ACC_PROFLIB",
            "ACC_DEVICE_TYPE", "ACC_DEVICE_NUM", "INTEL_LIBITTNOTIFY64", "INTEL_JIT_PROFILER64", "INTEL_ITTNOTIFY_GROUPS", "VS_PROFILER");

    /** Variables that may vary. */
    private static final Set<String> FREE_VARIABLES = Set.of(
            // Their effect is a fact of its own: "threads" or "blas-threads" ...
            "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENBLAS_DEFAULT_NUM_THREADS", "GOTO_NUM_THREADS", "MKL_NUM_THREADS",
            // ... and "blas-core".
            "OPENBLAS_CORETYPE",
            // How an idle thread waits, and on which core a thread runs; not what it computes.
            "OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OPENBLAS_THREAD_TIMEOUT", "OMP_PROC_BIND", "OMP_PLACES", "GOMP_CPU_AFFINITY",
            // Memory: of stacks, of kept programs of oneDNN, and limits, beyond which nothing is computed at all.
            "OMP_STACKSIZE", "GOMP_STACKSIZE", "DNNL_PRIMITIVE_CACHE_CAPACITY", "ONEDNN_PRIMITIVE_CACHE_CAPACITY", "SD_MAX_PRIMARY_BYTES",
            "SD_MAX_SPECIAL_BYTES", "SD_MAX_DEVICE_BYTES", "ND4J_RESOURCES_CACHE_DIR",
            // What is printed, or written for a profiler.
            "OMP_DISPLAY_ENV", "OMP_DISPLAY_AFFINITY", "OMP_AFFINITY_FORMAT", "GOMP_DEBUG", "DNNL_VERBOSE", "ONEDNN_VERBOSE",
            "MKLDNN_VERBOSE", "DNNL_VERBOSE_TIMESTAMP", "ONEDNN_VERBOSE_TIMESTAMP", "DNNL_JIT_DUMP", "ONEDNN_JIT_DUMP", "MKLDNN_JIT_DUMP",
            "DNNL_JIT_PROFILE", "ONEDNN_JIT_PROFILE", "DNNL_ITT_TASK_LEVEL", "ONEDNN_ITT_TASK_LEVEL", "OPENBLAS_VERBOSE", "MKL_VERBOSE",
            // Which GPU computes: "blas-core" names it, with its driver.
            "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "NVIDIA_VISIBLE_DEVICES",
            // Where a driver keeps the code that it has compiled.
            "CUDA_CACHE_PATH", "CUDA_CACHE_MAXSIZE", "CUDA_CACHE_DISABLE",
            // What images and installers of NVIDIA set for people and for scripts; no library reads it.
            "CUDA_VERSION", "CUDA_HOME", "CUDA_PATH", "CUDA_ROOT", "CUDNN_VERSION", "NVIDIA_DRIVER_CAPABILITIES", "NVIDIA_REQUIRE_CUDA",
            "NVIDIA_PRODUCT_NAME");
    /** The one variable of this beginning may have the value that the launcher gives it: OpenMP's threads serve MKL too, if it is loaded. */
    private static final String THREADS_OF_MKL = "MKL_THREADING_";
    private static final String OF_LAUNCHER = "GNU";

    /** How the properties begin by which JavaCPP and ND4J choose and load libraries. */
    private static final List<String> PROPERTY_PREFIXES = List.of("org.bytedeco.", "org.nd4j.");
    /** What ND4J reads from its own file of properties, and from those of Java first. */
    private static final Set<String> PROPERTIES = Set.of("dtype", "backends", "ndarray.order", "ndarrayfactory.class", "affinitymanager",
            "convops", "databufferfactory", "shapeinfoprovider", "constantsprovider", "memorymanager", "random", "workspacemanager", "blas.ops",
            "dist", "opexec", "native.ops", "alloc", "real.class.double", "resourcemanager_state", "compressiondebug");
    /** Properties that may vary, in lower case. */
    private static final Set<String> FREE_PROPERTIES = Set.of(
            // What is printed.
            "org.nd4j.log.initialization", "org.bytedeco.javacpp.logger", "org.bytedeco.javacpp.logger.debug", "org.nd4j.versioncheck",
            "org.nd4j.databuffer.tostring.maxelements",
            // Memory: limits, beyond which nothing is computed, who frees it, and how it is measured.
            "org.bytedeco.javacpp.maxbytes", "org.bytedeco.javacpp.maxphysicalbytes", "org.bytedeco.javacpp.maxretries",
            "org.bytedeco.javacpp.nopointergc", "org.bytedeco.javacpp.mxbean", "org.nd4j.noarraygc",
            // Where the libraries of the jars are unpacked; the same ones are unpacked anywhere.
            "org.bytedeco.javacpp.cachedir", "org.bytedeco.javacpp.cachedir.nosubdir", "org.bytedeco.javacpp.cancreatesymboliclink",
            "org.nd4j.tempdir", "org.nd4j.test.resources.cache.dir");

    /** This property may say that MKL is loaded, because then the fact "blas" names MKL. */
    private static final String LOADED = "org.bytedeco.openblas.load";
    private static final String MKL = "mkl";

    /** Longer values, and longer texts of all of them, are recorded by their digest. */
    private static final int LONGEST_VALUE = 300;
    private static final int LONGEST = 4000;
    private static final String DIGEST = "sha256:";
    private static final String MANY = " variables, " + DIGEST;

    private BitVariables() {
    }

    /** Whether the variable {@code name} may decide bits where a GPU, or the CPU, computes. */
    static boolean decides(boolean isOnGpu, String name) {
        return isRead(isOnGpu, name) && !FREE_VARIABLES.contains(name);
    }

    /** Whether the native libraries may read the variable {@code name}, as far as its name tells. */
    static boolean isRead(boolean isOnGpu, String name) {
        return NAMES.contains(name) || (isOnGpu ? GPU_PREFIXES : HOST_PREFIXES).stream().anyMatch(name::startsWith);
    }

    /** Whether the property {@code name} of Java may decide bits. JavaCPP reads each name in two spellings. */
    static boolean decides(String property) {
        return (PROPERTIES.contains(property) || PROPERTY_PREFIXES.stream().anyMatch(property::startsWith))
                && !FREE_PROPERTIES.contains(property.toLowerCase(Locale.ROOT));
    }

    /**
     * Those that are set, as {@code NAME=value} and {@code -Dname=value} in the order of their names; {@link Backend#NONE} if none is.
     * Whatever a value holds, the text has one line of ASCII and a bounded length, and another value gives another text.
     */
    static String of(boolean isOnGpu, Map<String, String> environment, Map<String, String> properties) {
        Map<String, String> set = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (decides(isOnGpu, name) && !(name.startsWith(THREADS_OF_MKL) && value.equals(OF_LAUNCHER))) {
                set.put(name, value);
            }
        });
        properties.forEach((name, value) -> {
            if (decides(name) && !(name.equals(LOADED) && value.equalsIgnoreCase(MKL))) {
                set.put("-D" + name, value);
            }
        });
        if (set.isEmpty()) {
            return Backend.NONE;
        }
        String all = set.entrySet().stream().map(e -> text(e.getKey(), e.getValue()))
                .collect(Collectors.joining(" "));
        return all.length() <= LONGEST ? all : set.size() + MANY + digest(all).substring(DIGEST.length());
    }

    /** What to do so that a process which now has {@code now} has {@code before} again; both as {@link #of} writes them. */
    static String remedy(String before, String now) {
        if (before.contains(MANY) || now.contains(MANY)) {
            return "set the variables of the native libraries to their values of then before starting";
        }
        List<String> missing = words(before);
        missing.removeAll(words(now));
        List<String> surplus = new ArrayList<>(words(now).stream().map(BitVariables::name).toList());
        surplus.removeAll(words(before).stream().map(BitVariables::name).toList());
        String set = missing.stream().map(BitVariables::setting).collect(Collectors.joining(" "));
        String sentence = (set.isEmpty() ? "" : "set " + set) + (set.isEmpty() || surplus.isEmpty() ? "" : " and ")
                + (surplus.isEmpty() ? "" : "unset " + String.join(" ", surplus));
        return sentence + " before starting";
    }

    private static List<String> words(String recorded) {
        return recorded.equals(Backend.NONE) ? new ArrayList<>() : new ArrayList<>(List.of(recorded.split(" ")));
    }

    private static String name(String word) {
        return word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
    }

    private static String setting(String word) {
        return word.contains("=" + DIGEST) ? name(word) + " to its value of then, whose SHA-256 is recorded" : word;
    }

    /** {@code name=value} as one word of ASCII. */
    static String text(String name, String value) {
        return escaped(name).replace("=", "\\u003d") + "=" + brief(value);
    }

    private static String brief(String value) {
        String text = value.length() > LONGEST_VALUE ? "" : escaped(value);
        return value.length() > LONGEST_VALUE || text.length() > LONGEST_VALUE || value.startsWith(DIGEST) ? digest(value) : text;
    }

    /** Everything but visible ASCII as {@code \\uXXXX}, so that values with spaces, line breaks and escapes of a terminal are one word. */
    private static String escaped(String value) {
        StringBuilder text = new StringBuilder();
        for (char c : value.toCharArray()) {
            text.append(c > ' ' && c <= '~' && c != '\\' ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return text.toString();
    }

    private static String digest(String text) {
        try {
            return DIGEST + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_16)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
