package cairn.checkpoint;

import cairn.checkpoint.RetentionPolicy.All;
import cairn.checkpoint.RetentionPolicy.Best;
import cairn.checkpoint.RetentionPolicy.Every;
import cairn.checkpoint.RetentionPolicy.Last;
import cairn.checkpoint.RetentionPolicy.Rule;
import cairn.checkpoint.Ranking.Direction;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Reads the rules of a {@link RetentionPolicy}. */
final class RetentionText {
    private static final List<String> RULES = List.of("all", "last", "best", "every");
    private static final List<String> DIRECTIONS = List.of("min", "max");

    private RetentionText() {
    }

    static List<Rule> parse(String text, Ranking ranking) {
        return Arrays.stream(text.split(",", -1)).map(rule -> rule(text, rule.strip().split(":", -1), ranking)).toList();
    }

    private static Rule rule(String text, String[] words, Ranking ranking) {
        switch (words[0]) {
            case "all" -> {
                requireWords(text, words, "all", 1);
                return new All();
            }
            case "last" -> {
                requireWords(text, words, "last:N", 2);
                return new Last(Math.toIntExact(count(text, words, Integer.MAX_VALUE)));
            }
            case "every" -> {
                requireWords(text, words, "every:N", 2);
                return new Every(count(text, words, Long.MAX_VALUE));
            }
            case "best" -> {
                if (words.length != 2) {
                    requireWords(text, words, "best:N or best:N:min:METRIC or best:N:max:METRIC", 4);
                }
                Ranking by = words.length == 2 ? ranking : new Ranking(direction(text, words[2]), words[3]);
                return new Best(Math.toIntExact(count(text, words, Integer.MAX_VALUE)), by);
            }
            default -> throw refused(text, "unknown rule '" + words[0] + "'; did you mean '" + Spelling.nearest(words[0], RULES)
                    + "'? Known: all, last:N, best:N, every:N");
        }
    }

    private static void requireWords(String text, String[] words, String form, int count) {
        if (words.length != count) {
            throw refused(text, "'" + String.join(":", words) + "' should have the form " + form);
        }
    }

    private static long count(String text, String[] words, long most) {
        try {
            long count = Long.parseLong(words[1]);
            if (count >= 1 && count <= most) {
                return count;
            }
        } catch (NumberFormatException e) {
            // Told below, with the place.
        }
        throw refused(text, "'" + words[1] + "' in '" + String.join(":", words) + "' should be a whole number from 1 to " + most);
    }

    private static Direction direction(String text, String word) {
        if (!DIRECTIONS.contains(word)) {
            throw refused(text, "unknown direction '" + word + "'; did you mean '" + Spelling.nearest(word, DIRECTIONS) + "'?");
        }
        return Direction.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static IllegalArgumentException refused(String text, String why) {
        return new IllegalArgumentException("cannot read what to keep from '" + text + "': " + why);
    }
}
