package cairn.data;

import java.util.Collection;
import java.util.Comparator;

/** What somebody who wrote an unknown name may have meant. */
final class Spelling {

    private Spelling() {
    }

    /** {@code ; nearest is "species"}, or nothing where no candidate is near. */
    static String hint(String word, Collection<String> candidates) {
        return candidates.stream()
                .filter(c -> distance(word, c) <= Math.max(1, Math.max(word.length(), c.length()) / 3))
                .min(Comparator.comparingInt(c -> distance(word, c)))
                .map(c -> "; nearest is \"" + c + "\"").orElse("");
    }

    /** Levenshtein's distance, without regard to case. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
                int next = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                diagonal = row[j];
                row[j] = next;
            }
        }
        return row[b.length()];
    }
}
