package cairn.train;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known name nearest to a misspelt one. */
public final class Nearest {
    private Nearest() {
    }

    /** A sentence that names the known names and, if one is near, suggests it. */
    public static String hint(String name, Collection<String> known) {
        String list = "known: " + String.join(", ", known.stream().sorted().toList());
        return of(name, known).map(n -> "did you mean '" + n + "'? " + list).orElse(list);
    }

    /** The nearest of the known names, if at most a third of the letters differ. */
    public static Optional<String> of(String name, Collection<String> known) {
        return known.stream().min(Comparator.comparingInt((String k) -> distance(name, k)).thenComparing(k -> k))
                .filter(k -> distance(name, k) <= Math.max(1, Math.max(name.length(), k.length()) / 3));
    }

    /** Levenshtein's distance: insertions, deletions and replacements. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
