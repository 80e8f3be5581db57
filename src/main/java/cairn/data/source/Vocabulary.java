package cairn.data.source;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The words of one column. While a file is read, words are numbered in the order of their first appearance; afterwards by their
 * place among the sorted words, so that the order of the rows does not matter. Whole numbers sort by value, and by their text if that is
 * equal, such as 1 and 01; other words sort as text.
 */
final class Vocabulary {
    private final Map<String, Integer> seen = new LinkedHashMap<>();
    private final boolean open;

    /** Empty; every new word is added. */
    Vocabulary() {
        open = true;
    }

    /** These words and no others. */
    Vocabulary(List<String> words) {
        words.forEach(word -> seen.put(word, seen.size()));
        open = false;
    }

    /** The word's number, or -1 if it is not one of a fixed list. */
    int number(String word) {
        if (open) {
            seen.putIfAbsent(word, seen.size());
        }
        return seen.getOrDefault(word, -1);
    }

    int size() {
        return seen.size();
    }

    /** The words in their final order: sorted, or as they were given. */
    List<String> words() {
        List<String> words = new ArrayList<>(seen.keySet());
        if (open) {
            boolean numbers = words.stream().allMatch(w -> w.matches("-?\\d{1,18}"));
            words.sort(numbers ? Comparator.<String>comparingLong(Long::parseLong).thenComparing(Comparator.naturalOrder())
                    : Comparator.naturalOrder());
        }
        return words;
    }

    /** From a word's number to its place in {@link #words()}. */
    int[] places() {
        List<String> words = words();
        Map<String, Integer> place = new LinkedHashMap<>();
        words.forEach(word -> place.put(word, place.size()));
        return seen.keySet().stream().mapToInt(place::get).toArray();
    }

    /** For messages: the words, but not all of very many. */
    @Override
    public String toString() {
        return words().stream().limit(12).collect(Collectors.joining(", ")) + (seen.size() > 12 ? ", ..." : "");
    }
}
