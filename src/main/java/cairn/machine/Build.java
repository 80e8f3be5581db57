package cairn.machine;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What this build of Cairn has code for; a profile of the build chooses. */
public enum Build {
    /** The processor. */
    CPU("mvn package", "", List.of(), Optional.empty()),
    /** ND4J 1.0.0-M2.1 with CUDA 11.6: machine code alone, as {@code cuobjdump} lists it. */
    CUDA("mvn -Pcuda package", "nd4j-cuda-11.6", List.of("3.7", "5.0", "5.2", "6.0", "6.1", "7.0", "7.5", "8.0", "8.6"), Optional.empty()),
    /** ND4J 1.0.0-M1.1 with CUDA 11.2: machine code, and what a driver can compile for later cards. */
    CUDA_PTX("mvn -Pcuda-ptx package", "nd4j-cuda-11.2", List.of("3.5", "5.0", "5.2", "6.0", "6.1", "7.0", "7.5", "8.0", "8.6"),
            Optional.of("8.6"));

    /** How a card gets its code. */
    public enum Code {
        /** It is there. */
        READY,
        /** The driver compiles it when the program starts, and keeps it. */
        COMPILED_AT_START,
        /** It cannot be had. */
        NONE
    }

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

    /** This one, by the libraries that came with it; none of them is loaded. */
    public static Build here() {
        return Arrays.stream(values()).filter(b -> b != CPU && Build.class.getClassLoader().getResource(
                "META-INF/maven/org.nd4j/" + b.artifact + "/pom.properties") != null).findFirst().orElse(CPU);
    }

    /** The command that makes it. */
    public String command() {
        return command;
    }

    /** The ND4J that a GPU would be used with; empty for the processor. */
    public String artifact() {
        return artifact;
    }

    /** Code for {@code card}. Machine code runs on cards of the same major capability that are not older; portable code on any newer one. */
    public Code code(Gpu card) {
        Gpu.Capability c = card.capability();
        if (this == CPU) {
            return Code.NONE;
        } else if (!c.isKnown() || machineCode.stream().anyMatch(m -> m.major() == c.major() && m.minor() <= c.minor())) {
            // Who does not know the capability is a driver from before the cards that are too new.
            return Code.READY;
        }
        return portableCode.isPresent() && c.compareTo(portableCode.get()) >= 0 ? Code.COMPILED_AT_START : Code.NONE;
    }

    /** The build that has code for {@code card}, the one that need not compile first. */
    public static Optional<Build> fitFor(Gpu card) {
        return Arrays.stream(Code.values()).filter(code -> code != Code.NONE)
                .flatMap(code -> Arrays.stream(values()).filter(b -> b.code(card) == code)).findFirst();
    }
}
