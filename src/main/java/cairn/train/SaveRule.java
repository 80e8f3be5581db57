package cairn.train;

import cairn.optim.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * When to save, beside step 0 and the end, which are always saved: a list of rules, each of which may ask for it.
 *
 * <table>
 *   <caption>The rules as text, joined by commas</caption>
 *   <tr><td>{@code 100}</td><td>every 100 steps</td></tr>
 *   <tr><td>{@code 1ep}</td><td>every epoch</td></tr>
 *   <tr><td>{@code 30s}</td><td>when 30 seconds have passed since the last save</td></tr>
 *   <tr><td>{@code best}</td><td>when the monitored metric is the best so far</td></tr>
 *   <tr><td>{@code at:250}</td><td>at step 250</td></tr>
 *   <tr><td>{@code log}</td><td>at steps 1, 2, 4, 8, ...</td></tr>
 *   <tr><td>{@code auto}, {@code auto:12h}</td><td>as often as pays if a failure is to be expected every 4 (12) hours:
 *       {@link SaveInterval}</td></tr>
 *   <tr><td>{@code end}</td><td>at the end and never else</td></tr>
 * </table>
 */
public record SaveRule(List<Rule> rules) {

    /**
     * The moment at which a rule is asked.
     *
     * @param isBest whether an evaluation at this very step was the best so far
     * @param secondsSinceSave since the last save
     * @param secondsPerSave what a save has cost on average, if one has been made
     */
    public record Moment(Position position, boolean isBest, double secondsSinceSave, OptionalDouble secondsPerSave) {
    }

    /** One rule. */
    public sealed interface Rule {
        boolean due(Moment m);
    }

    /** Multiples of a span. */
    public record Every(Span span) implements Rule {
        @Override
        public boolean due(Moment m) {
            return every(span, m.position());
        }

        @Override
        public String toString() {
            return span.toString();
        }
    }

    /** After so many seconds without a save. */
    public record Seconds(double seconds) implements Rule {
        @Override
        public boolean due(Moment m) {
            return m.secondsSinceSave() >= seconds;
        }

        @Override
        public String toString() {
            return (seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds)) + "s";
        }
    }

    /** On every improvement. */
    public record OnBest() implements Rule {
        @Override
        public boolean due(Moment m) {
            return m.isBest();
        }

        @Override
        public String toString() {
            return "best";
        }
    }

    /** At one step. */
    public record At(long step) implements Rule {
        @Override
        public boolean due(Moment m) {
            return m.position().step() == step;
        }

        @Override
        public String toString() {
            return "at:" + step;
        }
    }

    /** At the powers of two. */
    public record Logarithmic() implements Rule {
        @Override
        public boolean due(Moment m) {
            return Long.bitCount(m.position().step()) == 1;
        }

        @Override
        public String toString() {
            return "log";
        }
    }

    /** As often as pays. Until a save has been made its cost is unknown, and none is due. */
    public record Auto(double hoursBetweenFailures) implements Rule {
        @Override
        public boolean due(Moment m) {
            return m.secondsPerSave().isPresent()
                    && m.secondsSinceSave() >= SaveInterval.seconds(m.secondsPerSave().getAsDouble(), hoursBetweenFailures * 3600);
        }

        @Override
        public String toString() {
            return hoursBetweenFailures == 4 ? "auto" : "auto:" + Double.toString(hoursBetweenFailures).replaceAll("\\.0$", "") + "h";
        }
    }

    public SaveRule {
        rules = List.copyOf(rules);
    }

    /** The rule that {@code text} writes. */
    public static SaveRule parse(String text) {
        List<Rule> rules = new ArrayList<>();
        for (String word : text.strip().split("\\s*,\\s*")) {
            if (!word.equals("end")) {
                rules.add(rule(word));
            }
        }
        return new SaveRule(rules);
    }

    private static Rule rule(String word) {
        String number = "\\d+(\\.\\d+)?";
        if (word.equals("best")) {
            return new OnBest();
        } else if (word.equals("log")) {
            return new Logarithmic();
        } else if (word.equals("auto")) {
            return new Auto(4);
        } else if (word.matches("auto:" + number + "h") && value(word.substring(5)) > 0) {
            return new Auto(value(word.substring(5)));
        } else if (word.matches("at:\\d{1,18}")) {
            return new At(Long.parseLong(word.substring(3)));
        } else if (word.matches(number + "s")) {
            return new Seconds(value(word));
        } else if (word.matches(number + "(ep)?") && Span.parse(word).amount() > 0) {
            return new Every(Span.parse(word));
        }
        throw new IllegalArgumentException("save-every: '" + word + "' is no rule; write 100 for steps, 1ep for epochs, 30s for"
                + " seconds, best, at:250, log, auto, auto:12h or end, or several of them joined by commas");
    }

    /** The number before a unit of one letter. */
    private static double value(String text) {
        return Double.parseDouble(text.substring(0, text.length() - 1));
    }

    /** Whether any rule asks for a save. */
    public boolean due(Moment moment) {
        return rules.stream().anyMatch(r -> r.due(moment));
    }

    /** The rule that chooses its interval itself, if there is one. */
    Optional<Auto> auto() {
        return rules.stream().filter(Auto.class::isInstance).map(Auto.class::cast).findFirst();
    }

    /** Whether the position lies on a multiple of {@code span}, step 0 not counted. */
    static boolean every(Span span, Position position) {
        long steps = Math.max(1, span.inSteps(position.stepsPerEpoch()));
        return position.step() > 0 && position.step() % steps == 0;
    }

    @Override
    public String toString() {
        return rules.isEmpty() ? "end" : rules.stream().map(Rule::toString).collect(Collectors.joining(","));
    }
}
