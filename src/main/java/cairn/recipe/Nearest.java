package cairn.recipe;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.apache.commons.text.similarity.DamerauLevenshteinDistance;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;

/** The known name nearest to a misspelt one. */
public final class Nearest {
    private Nearest() {
    }

    /** A sentence that names the known names and, if one is near, suggests it. */
    public static String hint(String name, Collection<String> known) {
        String list = "known: " + String.join(", ", known.stream().sorted().toList());
        return of(name, known).map(n -> "did you mean '" + n + "'? " + list).orElse(list);
    }

    /** The nearest of the known names, if at most a third of the letters differ; of equally near ones that which begins alike. */
    public static Optional<String> of(String name, Collection<String> known) {
        return known.stream().filter(k -> distance(name, k) <= Math.max(1, Math.max(name.length(), k.length()) / 3))
                .min(Comparator.comparingInt((String k) -> distance(name, k))
                        .thenComparing(k -> -new JaroWinklerSimilarity().apply(name, k)).thenComparing(k -> k));
    }

    /** Damerau-Levenshtein: two letters exchanged are one edit. */
    private static int distance(String a, String b) {
        return new DamerauLevenshteinDistance().apply(a, b);
    }
}
