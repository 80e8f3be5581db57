package cairn.checkpoint.retention;

import cairn.checkpoint.format.CheckpointInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
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
        List<CheckpointInfo> bySteps = all.stream().sorted(Comparator.comparingLong(CheckpointInfo::step)).toList();
        SortedMap<Long, LinkedHashSet<String>> reasons = always(bySteps);
        SortedSet<Long> guaranteed = new TreeSet<>(reasons.keySet());
        List<RetentionRule> union = rules.isEmpty() ? List.of(new RetentionRule.All()) : rules;
        for (RetentionRule rule : union) {
            rule.keeps(bySteps).forEach(c -> add(reasons, c, written(rule)));
        }
        SortedSet<Long> tooMuch = new TreeSet<>();
        long bytes = bySteps.stream().filter(c -> reasons.containsKey(c.step())).mapToLong(CheckpointInfo::bytes).sum();
        for (CheckpointInfo c : bySteps) {
            if (bytes > limitBytes.orElse(Long.MAX_VALUE) && reasons.containsKey(c.step()) && !guaranteed.contains(c.step())) {
                tooMuch.add(c.step());
                bytes -= c.bytes();
            }
        }
        List<RetentionPlan.Choice> kept = new ArrayList<>();
        List<RetentionPlan.Choice> dropped = new ArrayList<>();
        for (CheckpointInfo c : bySteps) {
            if (tooMuch.contains(c.step())) {
                dropped.add(new RetentionPlan.Choice(c, List.of("beyond the limit of " + Quantity.ofBytes(limitBytes.getAsLong()))));
            } else if (reasons.containsKey(c.step())) {
                kept.add(new RetentionPlan.Choice(c, List.copyOf(reasons.get(c.step()))));
            } else {
                dropped.add(new RetentionPlan.Choice(c, List.of("no rule keeps it")));
            }
        }
        return new RetentionPlan(kept, dropped);
    }

    /**
     * The ones on which the promise rests: the newest, the newest that is finite, and the best. A caller that deletes others must first
     * make sure that these can be read.
     */
    public List<CheckpointInfo> pillars(List<CheckpointInfo> all) {
        return Stream.of(newest(all, false), newest(all, true), ranking.best(all).stream()).flatMap(s -> s).distinct().toList();
    }

    private SortedMap<Long, LinkedHashSet<String>> always(List<CheckpointInfo> all) {
        SortedMap<Long, LinkedHashSet<String>> reasons = new TreeMap<>();
        newest(all, false).forEach(because(reasons, "newest"));
        newest(all, true).forEach(because(reasons, "newest that is finite"));
        ranking.best(all).ifPresent(because(reasons, "best by " + ranking));
        all.stream().filter(CheckpointInfo::pinned).forEach(because(reasons, "pinned"));
        all.stream().filter(c -> protectedSteps.contains(c.step())).forEach(because(reasons, "protected"));
        return reasons;
    }

    private static Stream<CheckpointInfo> newest(List<CheckpointInfo> all, boolean mustBeFinite) {
        return all.stream().filter(c -> c.isFinite() || !mustBeFinite).max(Comparator.comparingLong(CheckpointInfo::step)).stream();
    }

    private static Consumer<CheckpointInfo> because(Map<Long, LinkedHashSet<String>> reasons, String reason) {
        return c -> add(reasons, c, reason);
    }

    private static void add(Map<Long, LinkedHashSet<String>> reasons, CheckpointInfo c, String reason) {
        reasons.computeIfAbsent(c.step(), step -> new LinkedHashSet<>()).add(reason);
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
