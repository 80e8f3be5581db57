package cairn.recipe;

import cairn.optim.schedule.TrainingTime;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * When to save: a list of rules, each of which can ask for a save. Step 0 and the end are always saved.
 *
 * <table>
 *   <caption>The rules as text, joined by commas</caption>
 *   <tr><td>{@code 100}</td><td>every 100 steps</td></tr>
 *   <tr><td>{@code 1ep}</td><td>every epoch</td></tr>
 *   <tr><td>{@code 30s}</td><td>when 30 seconds have passed since the last save</td></tr>
 *   <tr><td>{@code best}</td><td>when the monitored metric is the best so far</td></tr>
 *   <tr><td>{@code at:250}</td><td>at step 250</td></tr>
 *   <tr><td>{@code log}</td><td>at steps 1, 2, 4, 8, ...</td></tr>
 *   <tr><td>{@code auto}, {@code auto:12h}, {@code auto:12h:2%}</td><td>as often as is worth its cost if one failure is expected in
 *       4 (12) hours; saving takes at most 3.5 % (2 %) of the time: {@link SaveInterval}</td></tr>
 *   <tr><td>{@code end}</td><td>only at the end</td></tr>
 * </table>
 */
public record SaveRule(List<Rule> rules) {

    /**
     * What a rule decides by.
     *
     * @param isBest whether the evaluation at this step was the best so far
     * @param secondsSinceSave the time since the last save
     * @param secondsPerSave the mean cost of a save, if there was one
     * @param secondsPerStep the mean time of a step, if there was one
     */
    public record Moment(Position position, boolean isBest, double secondsSinceSave, OptionalDouble secondsPerSave,
            OptionalDouble secondsPerStep) {
    }

    /** One rule. */
    sealed interface Rule {
        boolean due(Moment m);
    }

    /** At multiples of a training time. */
    record Every(TrainingTime interval) implements Rule {
        @Override
        public boolean due(Moment m) {
            return every(interval, m.position());
        }

        @Override
        public String toString() {
            return interval.toString();
        }
    }

    /** When this number of seconds has passed since the last save. */
    record Seconds(double seconds) implements Rule {
        @Override
        public boolean due(Moment m) {
            return m.secondsSinceSave() >= seconds;
        }

        @Override
        public String toString() {
            return (seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds)) + "s";
        }
    }

    /** When the monitored metric is the best so far. */
    record OnBest() implements Rule {
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
    record At(long step) implements Rule {
        @Override
        public boolean due(Moment m) {
            return m.position().step() == step;
        }

        @Override
        public String toString() {
            return "at:" + step;
        }
    }

    /** At powers of two. */
    record Logarithmic() implements Rule {
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
     * As often as is worth its cost: at the step nearest to the {@link SaveInterval}. Before the first save and the first step their costs
     * are unknown, and no save is due.
     *
     * @param hoursBetweenFailures the mean time between two failures
     * @param mostOverhead the share of the time that saving may take
     */
    public record Auto(double hoursBetweenFailures, double mostOverhead) implements Rule {
        static final Auto DEFAULT = new Auto(4, SaveInterval.MOST_OVERHEAD);

        @Override
        public boolean due(Moment m) {
            if (m.secondsPerSave().isEmpty() || m.secondsPerStep().isEmpty()) {
                return false;
            }
            double cost = m.secondsPerSave().getAsDouble();
            return m.secondsSinceSave() + m.secondsPerStep().getAsDouble() / 2 >= interval(cost)
                    && m.secondsSinceSave() >= cost / mostOverhead;
        }

        double interval(double secondsPerSave) {
            return SaveInterval.seconds(secondsPerSave, hoursBetweenFailures * 3600, mostOverhead);
        }

        @Override
        public String toString() {
            return "auto" + (hoursBetweenFailures == DEFAULT.hoursBetweenFailures ? "" : ":" + number(hoursBetweenFailures) + "h")
                    + (mostOverhead == DEFAULT.mostOverhead ? "" : ":" + number(100 * mostOverhead) + "%");
        }

        private static String number(double value) {
            return new BigDecimal(value).round(new MathContext(12)).stripTrailingZeros().toPlainString();
        }
    }

    public SaveRule {
        rules = List.copyOf(rules);
    }

    /**
     * The rule that {@code text} names.
     *
     * @throws IllegalArgumentException if a word of it is no rule
     */
    public static SaveRule parse(String text) {
        return SaveRuleText.parse(text);
    }

    /** Whether any rule asks for a save. */
    public boolean due(Moment moment) {
        // Without an iterator, because it would be garbage of every step.
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).due(moment)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The largest possible number of saves between two steps, including those at the start and at the end; empty if it depends on time.
     *
     * @param evaluations the interval of evaluations, each of which may be the best
     */
    public OptionalLong mostSaves(Position from, long until, TrainingTime evaluations) {
        long steps = Math.max(0, until - from.step());
        long saves = 2;
        for (Rule rule : rules) {
            if (rule instanceof Every e) {
                saves = sum(saves, multiples(e.interval(), from, until));
            } else if (rule instanceof OnBest) {
                saves = sum(saves, multiples(evaluations, from, until));
            } else if (rule instanceof Logarithmic) {
                saves = sum(saves, Long.SIZE - Long.numberOfLeadingZeros(until));
            } else if (rule instanceof At) {
                saves = sum(saves, 1);
            } else {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(Math.min(saves, sum(steps, 1)));
    }

    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    private static long multiples(TrainingTime interval, Position from, long until) {
        long steps = Math.max(1, interval.inSteps(from.stepsPerEpoch()));
        return Math.max(0, until / steps - from.step() / steps);
    }

    /** The rule {@code auto}, if it is one of the rules. */
    public Optional<Auto> auto() {
        return rules.stream().filter(Auto.class::isInstance).map(Auto.class::cast).findFirst();
    }

    /** Whether the position is a multiple of {@code interval}; step 0 is not. */
    public static boolean every(TrainingTime interval, Position position) {
        long steps = Math.max(1, interval.inSteps(position.stepsPerEpoch()));
        return position.step() > 0 && position.step() % steps == 0;
    }

    /** The steps to save at that come after {@code until}, the end of a training. A long interval is a way to save only at the end. */
    public List<String> idle(long until) {
        return rules.stream().filter(rule -> rule instanceof At at && at.step() > until).map(Rule::toString).toList();
    }

    @Override
    public String toString() {
        return rules.isEmpty() ? "end" : rules.stream().map(Rule::toString).collect(Collectors.joining(","));
    }
}
