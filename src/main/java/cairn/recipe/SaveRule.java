package cairn.recipe;

import cairn.optim.schedule.TrainingTime;
import cairn.words.WordReader;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
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
 *   <tr><td>{@code auto}, {@code auto:12h}, {@code auto:12h:2%}</td><td>as often as pays if a failure is to be expected every 4 (12)
 *       hours, with at most 3.5 % (2 %) of the time spent on it: {@link SaveInterval}</td></tr>
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
     * @param secondsPerStep what a step has taken on average, if one has been made
     */
    public record Moment(Position position, boolean isBest, double secondsSinceSave, OptionalDouble secondsPerSave,
            OptionalDouble secondsPerStep) {
    }

    /** One rule. */
    public sealed interface Rule {
        boolean due(Moment m);
    }

    /** Multiples of a span. */
    public record Every(TrainingTime span) implements Rule {
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

    /**
     * As often as pays: at the step nearest to the {@link SaveInterval}. Until a save and a step have been made their costs are
     * unknown, and none is due.
     *
     * @param hoursBetweenFailures how long it goes well on average
     * @param mostOverhead the share of time that saving may take
     */
    public record Auto(double hoursBetweenFailures, double mostOverhead) implements Rule {
        static final Auto USUAL = new Auto(4, SaveInterval.MOST_OVERHEAD);

        @Override
        public boolean due(Moment m) {
            if (m.secondsPerSave().isEmpty() || m.secondsPerStep().isEmpty()) {
                return false;
            }
            double cost = m.secondsPerSave().getAsDouble();
            return m.secondsSinceSave() + m.secondsPerStep().getAsDouble() / 2 >= interval(cost) && m.secondsSinceSave() >= cost / mostOverhead;
        }

        double interval(double secondsPerSave) {
            return SaveInterval.seconds(secondsPerSave, hoursBetweenFailures * 3600, mostOverhead);
        }

        @Override
        public String toString() {
            return "auto" + (hoursBetweenFailures == USUAL.hoursBetweenFailures ? "" : ":" + number(hoursBetweenFailures) + "h")
                    + (mostOverhead == USUAL.mostOverhead ? "" : ":" + number(100 * mostOverhead) + "%");
        }

        private static String number(double value) {
            return new BigDecimal(value).round(new MathContext(12)).stripTrailingZeros().toPlainString();
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
        WordReader words = new WordReader(word);
        return rule(words).filter(rule -> words.isAtEnd()).orElseThrow(() -> new IllegalArgumentException("save-every: '" + word
                + "' is no rule; write 100 for steps, 1ep for epochs, 30s for seconds, best, at:250, log, auto, auto:12h:2% or end, or"
                + " several of them joined by commas"));
    }

    private static Optional<Rule> rule(WordReader words) {
        if (words.take("best")) {
            return Optional.of(new OnBest());
        } else if (words.take("log")) {
            return Optional.of(new Logarithmic());
        } else if (words.take("auto")) {
            return auto(words);
        } else if (words.take("at:")) {
            return WordReader.whole(words.digits()).map(At::new);
        }
        Optional<Double> amount = words.number();
        if (words.take("s")) {
            return amount.map(Seconds::new);
        }
        boolean inEpochs = words.take("ep");
        return amount.filter(a -> a > 0 && words.isAtEnd()).map(a -> new Every(new TrainingTime(a, inEpochs)));
    }

    /** What follows {@code auto}: hours, or a share in percent, or both; nothing if one of them makes no sense. */
    private static Optional<Rule> auto(WordReader words) {
        double hours = Auto.USUAL.hoursBetweenFailures();
        double most = Auto.USUAL.mostOverhead();
        boolean hasHours = false;
        while (words.take(":")) {
            double amount = words.number().orElse(0.0);
            if (!hasHours && words.take("h")) {
                hours = amount;
                hasHours = true;
            } else {
                most = words.take("%") && words.isAtEnd() ? amount / 100 : 0;
            }
        }
        return hours > 0 && most > 0 && most < 1 ? Optional.of(new Auto(hours, most)) : Optional.empty();
    }

    /** Whether any rule asks for a save. */
    public boolean due(Moment moment) {
        for (Rule rule : rules) {
            if (rule.due(moment)) {
                return true;
            }
        }
        return false;
    }

    /**
     * How many saves are made at most between two steps, those at the start and at the end included; nothing if time will tell.
     *
     * @param evaluations the cadence of evaluations, each of which may be the best
     */
    public OptionalLong mostSaves(Position from, long until, TrainingTime evaluations) {
        long steps = Math.max(0, until - from.step());
        long saves = 2;
        for (Rule rule : rules) {
            if (rule instanceof Every e) {
                saves += multiples(e.span(), from, until);
            } else if (rule instanceof OnBest) {
                saves += multiples(evaluations, from, until);
            } else if (rule instanceof Logarithmic) {
                saves += Long.SIZE - Long.numberOfLeadingZeros(until);
            } else if (rule instanceof At) {
                saves++;
            } else {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(Math.min(saves, steps + 1));
    }

    private static long multiples(TrainingTime span, Position from, long until) {
        long steps = Math.max(1, span.inSteps(from.stepsPerEpoch()));
        return Math.max(0, until / steps - from.step() / steps);
    }

    /** The rule that chooses its interval itself, if there is one. */
    public Optional<Auto> auto() {
        return rules.stream().filter(Auto.class::isInstance).map(Auto.class::cast).findFirst();
    }

    /** Whether the position lies on a multiple of {@code span}, step 0 not counted. */
    public static boolean every(TrainingTime span, Position position) {
        long steps = Math.max(1, span.inSteps(position.stepsPerEpoch()));
        return position.step() > 0 && position.step() % steps == 0;
    }

    @Override
    public String toString() {
        return rules.isEmpty() ? "end" : rules.stream().map(Rule::toString).collect(Collectors.joining(","));
    }
}
