package cairn.machine;

/**
 * Whether products of floats on a card may round their factors to TF32, which has 10 of a float's 23 bits of fraction. NVIDIA's libraries ask
 * {@value #VARIABLE} when they are loaded; it is among the facts that decide bits.
 */
public enum Tf32 {
    /** The variable is 0: never. What the launcher sets unless it is set, for what is promised is float32. */
    OFF("off: products of floats are float32 (" + Tf32.VARIABLE + "=0)"),
    /** The variable is not set: cuBLAS does not unless the program asks, which ND4J does not; cuDNN does in convolutions. */
    LIBRARIES("left to the libraries: cuBLAS does not round, cuDNN may. Set " + Tf32.VARIABLE + "=0 before starting, or use bin/cairn, which does"),
    /** Somebody asked for it. */
    ASKED_FOR("asked for: products of floats may round their factors to 10 bits (" + Tf32.VARIABLE + ")");

    /** NVIDIA's variable. */
    public static final String VARIABLE = "NVIDIA_TF32_OVERRIDE";

    private final String sentence;

    Tf32(String sentence) {
        this.sentence = sentence;
    }

    /** What the variable's {@code value} says; null if it is not set. */
    public static Tf32 of(String value) {
        if (value == null || value.isBlank()) {
            return LIBRARIES;
        }
        return value.strip().equals("0") ? OFF : ASKED_FOR;
    }

    /** In this process. */
    public static Tf32 here() {
        return of(System.getenv(VARIABLE));
    }

    /** As a user reads it. */
    public String sentence() {
        return sentence;
    }
}
