package cairn.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which checkpoints to keep: a union of rules, and a pure function of a list. It deletes nothing itself.
 *
 * <table>
 *   <caption>The rules as text, joined by commas</caption>
 *   <tr><td>{@code all}</td><td>every one</td></tr>
 *   <tr><td>{@code last:3}</td><td>the three with the largest steps</td></tr>
 *   <tr><td>{@code best:2}</td><td>the two best by this policy's ranking</td></tr>
 *   <tr><td>{@code best:2:max:score}</td><td>the two with the largest score</td></tr>
 *   <tr><td>{@code every:1000}</td><td>those whose step is a multiple of 1000, step 0 too</td></tr>
 * </table>
 *
 * <p>Laws: whatever the rules, it keeps the newest, the best by its ranking, what is pinned and what it protects; keeping is
 * stable: what it keeps of a list it keeps of what it kept.
 *
 * @param rules at least one
 * @param ranking by which the best is found
 * @param protectedSteps never dropped, such as the one that a run was resumed from
 */
public record RetentionPolicy(List<Rule> rules, Ranking ranking, SortedSet<Long> protectedSteps) {

    /** One rule. */
    public sealed interface Rule {
    }

    /** Every checkpoint. */
    public record All() implements Rule {
        @Override
        public String toString() {
            return "all";
        }
    }

    /** The newest {@code count}. */
    public record Last(int count) implements Rule {
        public Last {
            requirePositive("last", count);
        }

        @Override
        public String toString() {
            return "last:" + count;
        }
    }

    /** The best {@code count} by a ranking. */
    public record Best(int count, Ranking ranking) implements Rule {
        public Best {
            requirePositive("best", count);
            Objects.requireNonNull(ranking, "ranking");
        }

        @Override
        public String toString() {
            return "best:" + count + ":" + ranking;
        }
    }

    /** The multiples of {@code steps}. */
    public record Every(long steps) implements Rule {
        public Every {
            requirePositive("every", steps);
        }

        @Override
        public String toString() {
            return "every:" + steps;
        }
    }

    public RetentionPolicy {
        rules = List.copyOf(rules);
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("a retention policy needs a rule: all, last:N, best:N or every:N");
        }
        Objects.requireNonNull(ranking, "ranking");
        protectedSteps = Collections.unmodifiableSortedSet(new TreeSet<>(protectedSteps));
    }

    /** The policy written as {@code text}, where {@code best:N} and the best that is always kept go by {@code ranking}. */
    public static RetentionPolicy parse(String text, Ranking ranking) {
        return new RetentionPolicy(RetentionText.parse(text, ranking), ranking, new TreeSet<>());
    }

    /** This policy, which never drops {@code step} either. */
    public RetentionPolicy protecting(long step) {
        SortedSet<Long> more = new TreeSet<>(protectedSteps);
        more.add(step);
        return new RetentionPolicy(rules, ranking, more);
    }

    /** The steps to keep of {@code all}, which may be in any order. */
    public SortedSet<Long> keep(List<CheckpointInfo> all) {
        List<CheckpointInfo> wanted = new ArrayList<>(newest(all, 1));
        wanted.addAll(ranking.order(all).stream().limit(1).toList());
        all.stream().filter(c -> c.pinned() || protectedSteps.contains(c.step())).forEach(wanted::add);
        for (Rule rule : rules) {
            wanted.addAll(keptBy(rule, all));
        }
        return wanted.stream().map(CheckpointInfo::step).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<CheckpointInfo> keptBy(Rule rule, List<CheckpointInfo> all) {
        if (rule instanceof Last last) {
            return newest(all, last.count());
        } else if (rule instanceof Best best) {
            return best.ranking().order(all).stream().limit(best.count()).toList();
        } else if (rule instanceof Every every) {
            return all.stream().filter(c -> c.step() % every.steps() == 0).toList();
        }
        return all;
    }

    private static List<CheckpointInfo> newest(List<CheckpointInfo> all, int count) {
        return all.stream().sorted((a, b) -> Long.compare(b.step(), a.step())).limit(count).toList();
    }

    private static void requirePositive(String rule, long count) {
        if (count < 1) {
            throw new IllegalArgumentException("'" + rule + ":" + count + "': the number must be 1 or more");
        }
    }

    /** The rules as {@link #parse} reads them. */
    @Override
    public String toString() {
        return rules.stream().map(r -> r instanceof Best b && b.ranking().equals(ranking) ? "best:" + b.count() : r.toString())
                .collect(Collectors.joining(","));
    }
}
