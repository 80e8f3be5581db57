package cairn.checkpoint.retention;

import cairn.checkpoint.retention.Ranking.Direction;
import cairn.words.Spelling;
import cairn.words.WordReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Reads a {@link RetentionPolicy}. */
final class RetentionText {
    static final String FORMS = "all, last:N, best:N, every:N, per:SPAN, log, pinned, or a limit such as 2GB";
    private static final List<String> RULES = List.of("all", "last", "best", "every", "per", "log", "pinned");
    private static final List<String> DIRECTIONS = List.of("min", "max");

    private final String text;
    private final Ranking ranking;

    private RetentionText(String text, Ranking ranking) {
        this.text = text;
        this.ranking = ranking;
    }

    static RetentionPolicy parse(String text, Ranking ranking) {
        return new RetentionText(text, ranking).policy();
    }

    private RetentionPolicy policy() {
        List<RetentionRule> rules = new ArrayList<>();
        OptionalLong limit = OptionalLong.empty();
        for (String word : text.split(",", -1)) {
            String rule = word.strip();
            if (rule.isEmpty() || !Character.isDigit(rule.charAt(0))) {
                rules.add(rule(rule.split(":", -1)));
            } else if (limit.isPresent()) {
                throw refused("a second limit, '" + rule + "'; there can be one");
            } else {
                limit = OptionalLong.of(bytes(rule));
            }
        }
        return new RetentionPolicy(rules, limit, ranking, new TreeSet<>());
    }

    private RetentionRule rule(String[] words) {
        switch (words[0]) {
            case "all" -> {
                requireWords(words, "all", 1);
                return new RetentionRule.All();
            }
            case "pinned" -> {
                requireWords(words, "pinned", 1);
                return new RetentionRule.Pinned();
            }
            case "last" -> {
                requireWords(words, "last:N", 2);
                return new RetentionRule.Last((int) count(words, 1, Integer.MAX_VALUE));
            }
            case "every" -> {
                requireWords(words, "every:N", 2);
                return new RetentionRule.Every(count(words, 1, Long.MAX_VALUE));
            }
            case "per" -> {
                requireWords(words, "per:SPAN", 2);
                return new RetentionRule.Per(span(words));
            }
            case "log" -> {
                if (words.length == 1) {
                    return new RetentionRule.Logarithmic(2);
                }
                requireWords(words, "log or log:BASE", 2);
                return new RetentionRule.Logarithmic((int) count(words, 2, Integer.MAX_VALUE));
            }
            case "best" -> {
                if (words.length != 2) {
                    requireWords(words, "best:N or best:N:min:METRIC or best:N:max:METRIC", 4);
                }
                int count = (int) count(words, 1, Integer.MAX_VALUE);
                return new RetentionRule.Best(count, words.length == 2 ? ranking : ranking(words));
            }
            default -> throw refused("unknown rule '" + words[0] + "', known are " + FORMS + Spelling.suggestion(words[0], RULES));
        }
    }

    private void requireWords(String[] words, String form, int count) {
        if (words.length != count) {
            throw refused("'" + String.join(":", words) + "' should have the form " + form);
        }
    }

    private long count(String[] words, int least, long most) {
        return WordReader.whole(words[1]).filter(count -> count >= least && count <= most).orElseThrow(() ->
                refused("'" + words[1] + "' in '" + String.join(":", words) + "' should be a whole number from " + least + " to " + most));
    }

    private Ranking ranking(String[] words) {
        if (!DIRECTIONS.contains(words[2])) {
            throw refused("unknown direction '" + words[2] + "'; " + Spelling.hint(words[2], DIRECTIONS));
        }
        try {
            return new Ranking(Direction.valueOf(words[2].toUpperCase(Locale.ROOT)), words[3]);
        } catch (IllegalArgumentException e) {
            throw refused(e.getMessage());
        }
    }

    private Duration span(String[] words) {
        try {
            return Duration.ofMillis(Quantity.millis(words[1]));
        } catch (IllegalArgumentException e) {
            throw refused(e.getMessage() + ", in '" + String.join(":", words) + "'");
        }
    }

    private long bytes(String word) {
        try {
            return Quantity.bytes(word);
        } catch (IllegalArgumentException e) {
            throw refused(e.getMessage());
        }
    }

    private IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("cannot read what to keep from '" + text + "': " + why);
    }
}
