package cairn.words;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.DamerauLevenshteinDistance;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;

/**
 * The known word that was probably meant by a misspelt one: at most a third of its letters differ. Two exchanged letters count as
 * one difference (the edit distance of Damerau and Levenshtein); capital and small letters count as equal.
 */
public final class Spelling {
    private Spelling() {
    }

    /** The nearest of the known words, if one is near; of equally near ones the one that begins alike. */
    public static Optional<String> nearest(String word, Collection<String> known) {
        return known.stream().filter(k -> distance(word, k) <= Math.max(1, Math.max(word.length(), k.length()) / 3))
                .min(Comparator.comparingInt((String k) -> distance(word, k))
                        .thenComparing(k -> -new JaroWinklerSimilarity().apply(word, k)).thenComparing(k -> k));
    }

    /** {@code ; did you mean 'species'?}, or nothing if no known word is near. */
    public static String suggestion(String word, Collection<String> known) {
        return nearest(word, known).map(k -> "; did you mean '" + k + "'?").orElse("");
    }

    /** A sentence that names the known words in the order of the alphabet and, if one is near, suggests it. */
    public static String hint(String word, Collection<String> known) {
        String list = "known: " + String.join(", ", known.stream().sorted().toList());
        return nearest(word, known).map(k -> "did you mean '" + k + "'? " + list).orElse(list);
    }

    private static int distance(String a, String b) {
        return new DamerauLevenshteinDistance().apply(a.toLowerCase(Locale.ROOT), b.toLowerCase(Locale.ROOT));
    }
}
