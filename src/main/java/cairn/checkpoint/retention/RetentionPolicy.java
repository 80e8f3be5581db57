package cairn.checkpoint.retention;

import cairn.checkpoint.format.CheckpointInfo;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
 *   <tr><td>{@code per:1h}</td><td>one for each hour by the clock, its first; ms, s, m, h or d</td></tr>
 *   <tr><td>{@code log}, {@code log:3}</td><td>fewer, the older they are: by powers of 2, or of 3</td></tr>
 *   <tr><td>{@code pinned}</td><td>nothing more than what is always kept</td></tr>
 *   <tr><td>{@code 2GB}</td><td>a limit, not a rule: of what the rules keep (without rules: of all), the oldest are dropped until
 *       this much is left</td></tr>
 * </table>
 *
 * <p>Laws: whatever the rules and the limit, it keeps the newest, the newest that is finite, the best by its ranking (which is finite
 * too), what is pinned and what it protects; keeping is stable: what it keeps of a list it keeps of what it kept.
 *
 * @param rules at least one, or none with a limit: then all are kept but for the limit
 * @param limitBytes how much the files kept may take in all, if that is limited
 * @param ranking by which the best is found
 * @param protectedSteps never dropped, such as the one that a run was resumed from
 */
public record RetentionPolicy(List<RetentionRule> rules, OptionalLong limitBytes, Ranking ranking, SortedSet<Long> protectedSteps) {

    public RetentionPolicy {
        rules = List.copyOf(rules);
        if (rules.isEmpty() && limitBytes.isEmpty()) {
            throw new IllegalArgumentException("a retention policy needs a rule: " + RetentionText.FORMS);
        }
        Objects.requireNonNull(ranking, "ranking");
        protectedSteps = Collections.unmodifiableSortedSet(new TreeSet<>(protectedSteps));
    }

    /** The policy written as {@code text}, where {@code best:N} and the best that is always kept go by {@code ranking}. */
    public static RetentionPolicy parse(String text, Ranking ranking) {
        return RetentionText.parse(text, ranking);
    }

    /** This policy, which never drops {@code step} either. */
    public RetentionPolicy protecting(long step) {
        SortedSet<Long> more = new TreeSet<>(protectedSteps);
        more.add(step);
        return new RetentionPolicy(rules, limitBytes, ranking, more);
    }

    /** What would be kept of {@code all}, which may be in any order, and what dropped, each with the reasons. */
    public RetentionPlan plan(List<CheckpointInfo> all) {
        List<CheckpointInfo> bySteps = RetentionRule.bySteps(all);
        Reasons reasons = new Reasons(bySteps);
        always(bySteps, reasons);
        BitSet guaranteed = reasons.having();
        for (RetentionRule rule : rules.isEmpty() ? List.of(new RetentionRule.All()) : rules) {
            reasons.add(written(rule), rule.keeps(bySteps));
        }
        BitSet tooMuch = beyondLimit(bySteps, reasons.having(), guaranteed);
        List<RetentionPlan.Choice> kept = new ArrayList<>();
        List<RetentionPlan.Choice> dropped = new ArrayList<>();
        for (int i = 0; i < bySteps.size(); i++) {
            if (tooMuch.get(i)) {
                String limit = "beyond the limit of " + Quantity.ofBytes(limitBytes.getAsLong());
                dropped.add(new RetentionPlan.Choice(bySteps.get(i), List.of(limit)));
            } else if (reasons.of(i).isEmpty()) {
                dropped.add(new RetentionPlan.Choice(bySteps.get(i), List.of("no rule keeps it")));
            } else {
                kept.add(new RetentionPlan.Choice(bySteps.get(i), reasons.of(i)));
            }
        }
        return new RetentionPlan(kept, dropped);
    }

    /** Which of those that the rules keep go because of the limit: the oldest, but nothing that is guaranteed. */
    private BitSet beyondLimit(List<CheckpointInfo> bySteps, BitSet kept, BitSet guaranteed) {
        BitSet tooMuch = new BitSet();
        if (limitBytes.isPresent()) {
            long bytes = kept.stream().mapToLong(i -> bySteps.get(i).bytes()).sum();
            for (int i = kept.nextSetBit(0); i >= 0 && bytes > limitBytes.getAsLong(); i = kept.nextSetBit(i + 1)) {
                if (!guaranteed.get(i)) {
                    tooMuch.set(i);
                    bytes -= bySteps.get(i).bytes();
                }
            }
        }
        return tooMuch;
    }

    /**
     * The ones on which the promise rests: the newest, the newest that is finite, and the best. A caller that deletes others must first
     * make sure that these can be read.
     */
    public List<CheckpointInfo> pillars(List<CheckpointInfo> all) {
        List<CheckpointInfo> bySteps = RetentionRule.bySteps(all);
        return Stream.of(newest(bySteps, false), newest(bySteps, true), ranking.best(bySteps).stream().toList()).flatMap(List::stream)
                .distinct().toList();
    }

    private void always(List<CheckpointInfo> bySteps, Reasons reasons) {
        reasons.add("newest", newest(bySteps, false));
        reasons.add("newest that is finite", newest(bySteps, true));
        reasons.add("best by " + ranking, ranking.best(bySteps).stream().toList());
        reasons.add("pinned", bySteps.stream().filter(CheckpointInfo::pinned).toList());
        if (!protectedSteps.isEmpty()) {
            reasons.add("protected", bySteps.stream().filter(c -> protectedSteps.contains(c.step())).toList());
        }
    }

    private static List<CheckpointInfo> newest(List<CheckpointInfo> bySteps, boolean mustBeFinite) {
        for (int i = bySteps.size() - 1; i >= 0; i--) {
            if (bySteps.get(i).isFinite() || !mustBeFinite) {
                return List.of(bySteps.get(i));
            }
        }
        return List.of();
    }

    private String written(RetentionRule rule) {
        return rule instanceof RetentionRule.Best b && b.ranking().equals(ranking) ? "best:" + b.count() : rule.toString();
    }

    /** The rules as {@link #parse} reads them. */
    @Override
    public String toString() {
        return Stream.concat(rules.stream().map(this::written), limitBytes.stream().mapToObj(Quantity::ofBytes))
                .collect(Collectors.joining(","));
    }
}
