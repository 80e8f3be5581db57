package cairn.data;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import org.apache.commons.text.similarity.DamerauLevenshteinDistance;

/** What somebody who wrote an unknown name may have meant. */
public final class Spelling {

    private Spelling() {
    }

    /** {@code ; nearest is "species"}, or nothing where no candidate is near. */
    public static String hint(String word, Collection<String> candidates) {
        return candidates.stream()
                .filter(c -> distance(word, c) <= Math.max(1, Math.max(word.length(), c.length()) / 3))
                .min(Comparator.comparingInt(c -> distance(word, c)))
                .map(c -> "; nearest is \"" + c + "\"").orElse("");
    }

    /** Damerau-Levenshtein: two letters exchanged are one edit. */
    private static int distance(String a, String b) {
        return new DamerauLevenshteinDistance().apply(a.toLowerCase(Locale.ROOT), b.toLowerCase(Locale.ROOT));
    }
}
