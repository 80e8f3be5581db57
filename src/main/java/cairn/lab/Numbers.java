package cairn.lab;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** How results are written. */
final class Numbers {
    private Numbers() {
    }

    /** Four digits: {@code 0.1235}, {@code 12350}, {@code 1.235e-7}; {@code -} for what is not a number. */
    static String text(double value) {
        if (Double.isNaN(value)) {
            return "-";
        } else if (value == 0 || Double.isInfinite(value)) {
            return value == 0 ? "0" : value > 0 ? "infinite" : "-infinite";
        }
        double size = Math.abs(value);
        if (size >= 1e-3 && size < 1e6) {
            return new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
        }
        return String.format(Locale.ROOT, "%.3e", value).replaceAll("\\.?0*e", "e").replaceAll("e([+-])0*(\\d)", "e$1$2")
                .replace("e+", "e");
    }

    /** {@code 12.3 %}. */
    static String percent(double share) {
        return new BigDecimal(100 * share).round(new MathContext(3)).stripTrailingZeros().toPlainString() + " %";
    }

    /** {@code 3 times}, {@code 1.4 times}. */
    static String times(double ratio) {
        return new BigDecimal(ratio).round(new MathContext(ratio >= 10 ? 3 : 2)).stripTrailingZeros().toPlainString() + " times";
    }

    /** {@code 1 step}, {@code 2 steps}. */
    static String count(long n, String thing) {
        return n + " " + thing + (n == 1 ? "" : "s");
    }
}
