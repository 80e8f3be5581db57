package cairn.machine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The devices that this build of Cairn has code for. A Maven profile chooses the build. */
public enum Build {
    /** The CPU only. */
    CPU("mvn package", "", List.of(), Optional.empty()),
    /** ND4J 1.0.0-M2.1 with CUDA 11.6: machine code only, for the capabilities that {@code cuobjdump} lists. */
    CUDA("mvn -Pcuda package", "nd4j-cuda-11.6", List.of("3.7", "5.0", "5.2", "6.0", "6.1", "7.0", "7.5", "8.0", "8.6"), Optional.empty()),
    /** ND4J 1.0.0-M1.1 with CUDA 11.2: machine code, and portable code (PTX) that a driver compiles for newer GPUs. */
    CUDA_PTX("mvn -Pcuda-ptx package", "nd4j-cuda-11.2", List.of("3.5", "5.0", "5.2", "6.0", "6.1", "7.0", "7.5", "8.0", "8.6"),
            Optional.of("8.6"));

    /** How a GPU gets its code. */
    public enum Code {
        /** The build has it. */
        READY,
        /** The driver compiles it at the first start and keeps it. */
        COMPILED_AT_START,
        /** There is none. */
        NONE
    }

    /** ND4J's libraries, and where its jars have them, each in a folder with the name of a platform and an extension. */
    private static final Map<String, String> LIBRARIES = Map.of("nd4jcpu", "org/nd4j/linalg/cpu/nativecpu/bindings/", "nd4jcuda",
            "org/nd4j/linalg/jcublas/bindings/");
    private static final List<String> EXTENSIONS = List.of("", "-onednn", "-onednn-avx2", "-onednn-avx512", "-avx2", "-avx512", "-compat",
            "-cudnn");
    private static final Map<String, String> ARCHITECTURES = Map.of("amd64", "x86_64", "aarch64", "arm64", "i386", "x86", "i686", "x86");

    private final String command;
    private final String artifact;
    private final List<Gpu.Capability> machineCode;
    private final Optional<Gpu.Capability> portableCode;

    Build(String command, String artifact, List<String> machineCode, Optional<String> portableCode) {
        this.command = command;
        this.artifact = artifact;
        this.machineCode = machineCode.stream().map(Gpu.Capability::parse).toList();
        this.portableCode = portableCode.map(Gpu.Capability::parse);
    }

    /** The build that runs, known by the libraries in its class path; none of them is loaded. */
    public static Build here() {
        return Arrays.stream(values()).filter(b -> b != CPU && Build.class.getClassLoader().getResource(
                "META-INF/maven/org.nd4j/" + b.artifact + "/pom.properties") != null).findFirst().orElse(CPU);
    }

    /**
     * Whether this build has a native library for this operating system and kind of CPU. It is looked for by the names that JavaCPP gives
     * to platforms and ND4J to its builds for them, and not loaded.
     */
    public static boolean isForThisPlatform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String os = system.startsWith("mac") ? "macosx" : system.startsWith("windows") ? "windows" : system;
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String platform = os + "-" + ARCHITECTURES.getOrDefault(arch, arch);
        return LIBRARIES.entrySet().stream().anyMatch(e -> EXTENSIONS.stream().anyMatch(x -> Build.class.getClassLoader().getResource(
                e.getValue() + platform + x + "/" + System.mapLibraryName(e.getKey())) != null));
    }

    /** The Maven command that makes it. */
    public String command() {
        return command;
    }

    /** The artifact of ND4J for a GPU; empty in the build for the CPU. */
    public String artifact() {
        return artifact;
    }

    /**
     * How {@code gpu} gets its code. Machine code runs on GPUs of its own major capability that are not older; portable code on any newer
     * GPU.
     */
    public Code code(Gpu gpu) {
        Gpu.Capability c = gpu.capability();
        if (this == CPU) {
            return Code.NONE;
        } else if (!c.isKnown() || machineCode.stream().anyMatch(m -> m.major() == c.major() && m.minor() <= c.minor())) {
            // A driver that does not know the capability is older than the GPUs that are too new.
            return Code.READY;
        }
        return portableCode.isPresent() && c.compareTo(portableCode.get()) >= 0 ? Code.COMPILED_AT_START : Code.NONE;
    }

    /** The build that has code for {@code gpu}; if several have, one whose code need not be compiled first. */
    public static Optional<Build> fitFor(Gpu gpu) {
        return Arrays.stream(Code.values()).filter(code -> code != Code.NONE)
                .flatMap(code -> Arrays.stream(values()).filter(b -> b.code(gpu) == code)).findFirst();
    }
}
