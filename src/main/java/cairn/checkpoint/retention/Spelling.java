package cairn.checkpoint.retention;

import java.util.Comparator;
import java.util.List;
import org.apache.commons.text.similarity.DamerauLevenshteinDistance;

/** The word that was probably meant. */
public final class Spelling {

    private Spelling() {
    }

    /** The word of {@code known} with the smallest edit distance (Damerau-Levenshtein: two letters exchanged are one edit) from {@code word}. */
    public static String nearest(String word, List<String> known) {
        return known.stream().min(Comparator.comparingInt(k -> new DamerauLevenshteinDistance().apply(word, k))).orElseThrow();
    }
}
