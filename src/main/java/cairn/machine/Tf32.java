package cairn.machine;

/**
 * Whether products of floats on a GPU may round their factors to TF32, which has 10 of a float's 23 bits of fraction. NVIDIA's libraries
 * read the variable {@value #VARIABLE} when they are loaded; it is among the facts that decide bits.
 */
public enum Tf32 {
    /** The variable is 0: never. The launcher sets this unless the variable is set, because float32 is promised. */
    OFF("off: products of floats are float32 (" + Tf32.VARIABLE + "=0)"),
    /** The variable is not set: cuBLAS rounds only if the program asks for it, which ND4J does not; cuDNN rounds in convolutions. */
    LIBRARIES("left to the libraries: cuBLAS does not round, cuDNN may. Set "
            + Tf32.VARIABLE + "=0 before starting, or use bin/cairn, which does"),
    /** The variable is set to something else than 0. */
    ASKED_FOR("asked for: products of floats may round their factors to 10 bits (" + Tf32.VARIABLE + ")");

    /** NVIDIA's variable. */
    public static final String VARIABLE = "NVIDIA_TF32_OVERRIDE";

    private final String sentence;

    Tf32(String sentence) {
        this.sentence = sentence;
    }

    /** The meaning of the variable's {@code value}, which is null if the variable is not set. */
    public static Tf32 of(String value) {
        if (value == null || value.isBlank()) {
            return LIBRARIES;
        }
        return value.strip().equals("0") ? OFF : ASKED_FOR;
    }

    /** The setting of this process. */
    public static Tf32 here() {
        return of(System.getenv(VARIABLE));
    }

    /** The setting in words for a user. */
    public String sentence() {
        return sentence;
    }
}
