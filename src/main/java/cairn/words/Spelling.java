package cairn.words;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.DamerauLevenshteinDistance;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;

/**
 * The known word that was probably meant by a misspelt one: at most a third of its letters differ. Two exchanged letters count as
 * one difference (the edit distance of Damerau and Levenshtein); capital and small letters count as equal.
 */
public final class Spelling {
    /** More words than these are not all named; then only a few are. */
    private static final int MANY = 40;
    private static final int FEW = 12;
    private static final int LONG = 200;

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
        return nearest(word, known).map(k -> "; did you mean '" + Printable.brief(k) + "'?").orElse("");
    }

    /**
     * A sentence that names the known words in the order of the alphabet and, if one is near, suggests it. Of very many words it names the
     * nearest ones and says how many more there are.
     */
    public static String hint(String word, Collection<String> known) {
        String list = "known: " + (known.size() <= MANY ? String.join(", ", known.stream().sorted().map(Printable::brief).toList())
                : known.stream().sorted(Comparator.comparingInt((String k) -> distance(word, k)).thenComparing(k -> k)).limit(FEW)
                        .map(Printable::brief).collect(Collectors.joining(", ")) + " and " + (known.size() - FEW) + " more");
        return nearest(word, known).map(k -> "did you mean '" + Printable.brief(k) + "'? " + list).orElse(list);
    }

    /** The first of many words, for a message: {@code [a, b, c, ... 700 in total]}. */
    public static String few(Collection<String> words) {
        boolean areMany = words.size() > MANY;
        return "[" + words.stream().limit(areMany ? FEW : MANY).map(Printable::brief).collect(Collectors.joining(", "))
                + (areMany ? ", ... " + words.size() + " in total]" : "]");
    }

    /** The time and memory for a distance grow with the product of the lengths, so of long words only the beginning counts. */
    private static int distance(String a, String b) {
        boolean areShort = a.length() <= LONG && b.length() <= LONG;
        return exactDistance(beginning(a), beginning(b)) + (areShort ? 0 : Math.abs(a.length() - b.length()));
    }

    private static String beginning(String word) {
        return word.length() <= LONG ? word : word.substring(0, LONG);
    }

    private static int exactDistance(String a, String b) {
        return new DamerauLevenshteinDistance().apply(a.toLowerCase(Locale.ROOT), b.toLowerCase(Locale.ROOT));
    }
}
