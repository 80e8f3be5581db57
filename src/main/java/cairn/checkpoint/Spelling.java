package cairn.checkpoint;

import java.util.Comparator;
import java.util.List;

/** The word that was probably meant. */
final class Spelling {

    private Spelling() {
    }

    /** The word of {@code known} with the smallest edit distance (Levenshtein) from {@code word}. */
    static String nearest(String word, List<String> known) {
        return known.stream().min(Comparator.comparingInt(k -> distance(word, k))).orElseThrow();
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
