package cairn.optim;

import java.util.List;

/** Checks of settings. An error names the setting as a recipe writes it, the allowed range and the value. */
public final class Require {
    private Require() {
    }

    public static void that(boolean holds, String name, String allowed, Number value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " must be " + allowed + ", not " + value);
        }
    }

    public static void zeroOrMore(String name, double value) {
        that(value >= 0 && value < Double.POSITIVE_INFINITY, name, "0 or more", value);
    }

    public static void positive(String name, double value) {
        that(value > 0 && value < Double.POSITIVE_INFINITY, name, "greater than 0", value);
    }

    /** The decay β of a running mean. Closer to 1, 1-β as a float would lose too many digits. */
    static void beta(String name, double value) {
        that(value >= 0 && value <= 0.999999, name, "from 0 to 0.999999", value);
    }

    /** The ε that keeps a quotient from 0 / 0; it must not round to 0 as a float. */
    static void epsilon(double value) {
        that(value >= 1e-30 && value < Double.POSITIVE_INFINITY, "epsilon", "1e-30 or more", value);
    }

    public static void notEmpty(String name, List<?> list) {
        if (list.isEmpty()) {
            throw new IllegalArgumentException(name + " must have at least one entry");
        }
    }
}
