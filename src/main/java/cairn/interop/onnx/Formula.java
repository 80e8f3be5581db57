package cairn.interop.onnx;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A function of one number x, as a sum of products: of numbers, of x, and of functions of other sums such as {@code erf(0.7071·x)}. Two
 * ways to write one function, such as x·0.5·(1 + erf(x/√2)) and (x/2) + (x/2)·erf(x·√0.5), give the same sum. Numbers within functions are
 * compared by four decimals, because programs write them with 7 to 16.
 */
final class Formula {
    static final Formula X = new Formula(Map.of("x", 1.0));
    private static final int MOST_TERMS = 16;
    private static final int MOST_LETTERS = 300;

    /** Factors, sorted and joined by "*", with their number; no factor stands for 1. */
    private final TreeMap<String, Double> terms;

    private Formula(Map<String, Double> terms) {
        this.terms = new TreeMap<>(terms);
        // What is left of a sum that cancels is rounding.
        this.terms.values().removeIf(v -> Math.abs(v) < 1e-12);
    }

    static Formula number(double value) {
        return new Formula(Map.of("", value));
    }

    /** The number that it is, if it does not depend on x. */
    Optional<Double> constant() {
        return terms.isEmpty() ? Optional.of(0.0)
                : terms.size() == 1 && terms.containsKey("") ? Optional.of(terms.get("")) : Optional.empty();
    }

    /** Its first product, of a sum that is one. */
    String firstProduct() {
        return terms.firstKey();
    }

    /** How often this product is in the sum. */
    double of(String product) {
        return terms.getOrDefault(product, 0.0);
    }

    /** Empty, as all results here, if the sum would be longer than any that is known. */
    Optional<Formula> plus(Formula other) {
        Map<String, Double> sum = new TreeMap<>(terms);
        other.terms.forEach((product, number) -> sum.merge(product, number, Double::sum));
        return bounded(sum);
    }

    Optional<Formula> times(Formula other) {
        Map<String, Double> sum = new TreeMap<>();
        terms.forEach((a, x) -> other.terms.forEach((b, y) -> sum.merge(product(a, b), x * y, Double::sum)));
        return bounded(sum);
    }

    Formula times(double number) {
        Map<String, Double> scaled = new TreeMap<>();
        terms.forEach((product, n) -> scaled.put(product, n * number));
        return new Formula(scaled);
    }

    /** A function of this sum. */
    Optional<Formula> in(String function) {
        return bounded(Map.of(function + "(" + text() + ")", 1.0));
    }

    /** max(·, 0). */
    Optional<Formula> positive() {
        return in("relu");
    }

    /** |·| = 2·max(·, 0) - ·. */
    Optional<Formula> absolute() {
        return positive().flatMap(p -> p.times(2).plus(times(-1)));
    }

    /** min(·, 0) = · - max(·, 0). */
    Optional<Formula> negative() {
        return positive().flatMap(p -> p.times(-1).plus(this));
    }

    private static String product(String a, String b) {
        return Stream.of((a + "*" + b).split("\\*")).filter(f -> !f.isEmpty()).sorted().collect(Collectors.joining("*"));
    }

    private static Optional<Formula> bounded(Map<String, Double> terms) {
        return terms.size() > MOST_TERMS || terms.keySet().stream().anyMatch(p -> p.length() > MOST_LETTERS)
                || terms.values().stream().anyMatch(v -> !Double.isFinite(v)) ? Optional.empty() : Optional.of(new Formula(terms));
    }

    /** The whole sum. Products within functions are joined by another sign, so that they are not taken apart. */
    String text() {
        return terms.entrySet().stream().map(e -> String.format(Locale.ROOT, "%.4e", e.getValue()) + " " + e.getKey().replace('*', '.'))
                .collect(Collectors.joining(" + "));
    }
}
