package cairn.checkpoint.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.format.CheckpointInfo;
import cairn.checkpoint.format.StepNames;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RetentionPolicyTest {
    private static final Ranking SMALLEST = Ranking.min("score");

    private static CheckpointInfo info(long step, double score, boolean isPinned) {
        return new CheckpointInfo(2, step, StepNames.checkpoint(step), 1, "", Map.of(), Map.of("score", score), isPinned);
    }

    private static List<CheckpointInfo> infos(double... scores) {
        List<CheckpointInfo> infos = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            infos.add(info(i * 10L, scores[i], false));
        }
        return infos;
    }

    private static CheckpointInfo timed(long step, long bytes, String minute) {
        Map<String, String> facts = minute.isEmpty() ? Map.of() : Map.of("time", minute.equals("?") ? "noon" : minute + "0000");
        return new CheckpointInfo(2, step, StepNames.checkpoint(step), bytes, "", facts, Map.of(), false);
    }

    private static CheckpointInfo full(long step, double score, boolean isPinned, boolean isFinite, long bytes, long millis) {
        Map<String, String> facts = new java.util.LinkedHashMap<>(Map.of("time", Long.toString(millis)));
        if (!isFinite) {
            facts.put("finite", "false");
        }
        return new CheckpointInfo(2, step, StepNames.checkpoint(step), bytes, "", facts, Map.of("score", score), isPinned);
    }

    private static Arbitrary<Boolean> rarely() {
        return Arbitraries.frequency(net.jqwik.api.Tuple.of(9, false), net.jqwik.api.Tuple.of(1, true));
    }

    @Provide
    Arbitrary<List<CheckpointInfo>> histories() {
        return Combinators.combine(Arbitraries.longs().between(0, 200),
                        Arbitraries.of(0.0, -0.0, 1.0, 2.0, 0.5, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY),
                        rarely(), rarely(), Arbitraries.longs().between(0, 3000), Arbitraries.longs().between(-1000, 200_000))
                .as((step, score, isPinned, isBroken, bytes, millis) -> full(step, score, isPinned, !isBroken, bytes, millis))
                .withoutEdgeCases().list().uniqueElements(CheckpointInfo::step).ofMaxSize(30);
    }

    @Provide
    Arbitrary<RetentionPolicy> policies() {
        Arbitrary<Ranking> rankings = Arbitraries.of(SMALLEST, Ranking.max("score"), Ranking.min("other/name-1.2_x"));
        Arbitrary<Integer> counts = Arbitraries.integers().between(1, 6);
        Arbitrary<RetentionRule> rules = Arbitraries.oneOf(
                counts.map(RetentionRule.Last::new),
                Combinators.combine(counts, rankings).as(RetentionRule.Best::new),
                Arbitraries.longs().between(1, 100).map(RetentionRule.Every::new),
                Arbitraries.longs().between(1, 90_000).map(java.time.Duration::ofMillis).map(RetentionRule.Per::new),
                Arbitraries.integers().between(2, 5).map(RetentionRule.Logarithmic::new),
                Arbitraries.of(new RetentionRule.All(), new RetentionRule.Pinned()));
        Arbitrary<OptionalLong> limits = Arbitraries.longs().between(-20_000, 20_000).map(n -> n < 1 ? OptionalLong.empty() : OptionalLong.of(n));
        return Combinators.combine(rules.list().ofMaxSize(3), limits, rankings, Arbitraries.longs().between(0, 200).set().ofMaxSize(2))
                .filter((r, limit, ranking, steps) -> !r.isEmpty() || limit.isPresent())
                .as((r, limit, ranking, steps) -> new RetentionPolicy(r, limit, ranking, new TreeSet<>(steps))).withoutEdgeCases();
    }

    /** Field bugs 26 and 27: whatever was saved and whatever the rules, newest, best, pinned and protected ones stay. */
    @Property
    void newestBestPinnedAndProtectedOnesAlwaysStay(@ForAll("histories") List<CheckpointInfo> all, @ForAll("policies") RetentionPolicy policy) {
        SortedSet<Long> kept = policy.plan(all).keptSteps();
        assertThat(all).extracting(CheckpointInfo::step).containsAll(kept);
        all.stream().mapToLong(CheckpointInfo::step).max().ifPresent(newest -> assertThat(kept).contains(newest));
        all.stream().filter(CheckpointInfo::isFinite).mapToLong(CheckpointInfo::step).max().ifPresent(newest -> assertThat(kept).contains(newest));
        policy.ranking().best(all).ifPresent(best -> {
            assertThat(best.isFinite()).isTrue();
            assertThat(kept).contains(best.step());
        });
        all.stream().filter(c -> c.pinned() || policy.protectedSteps().contains(c.step())).forEach(c -> assertThat(kept).contains(c.step()));
    }

    /** Field bug 27: and otherwise not more than the limit. */
    @Property
    void noMoreThanTheLimitStays(@ForAll("histories") List<CheckpointInfo> all, @ForAll("policies") RetentionPolicy policy) {
        long limit = 3 + all.stream().filter(c -> c.pinned() || policy.protectedSteps().contains(c.step())).count();
        for (RetentionRule rule : policy.rules()) {
            if (rule instanceof RetentionRule.Last last) {
                limit += last.count();
            } else if (rule instanceof RetentionRule.Best best) {
                limit += best.count();
            } else if (rule instanceof RetentionRule.Every every) {
                limit += all.stream().filter(c -> c.step() % every.steps() == 0).count();
            } else if (rule instanceof RetentionRule.Per per) {
                limit += all.stream().map(c -> Math.floorDiv(c.timeMillis().orElseThrow(), per.span().toMillis())).distinct().count();
            } else if (rule instanceof RetentionRule.Logarithmic log) {
                limit += 2 * (2 + Math.round(Math.ceil(Math.log(201) / Math.log(log.base()))));
            } else if (rule instanceof RetentionRule.All) {
                limit += all.size();
            }
        }
        if (policy.rules().isEmpty()) {
            limit += all.size();
        }
        assertThat((long) policy.plan(all).keptSteps().size()).isLessThanOrEqualTo(limit);
    }

    @Property
    void whatIsKeptIsKeptAgainAndTheOrderOfTheListDoesNotMatter(@ForAll("histories") List<CheckpointInfo> all,
            @ForAll("policies") RetentionPolicy policy, @ForAll long seed) {
        SortedSet<Long> kept = policy.plan(all).keptSteps();
        List<CheckpointInfo> rest = new ArrayList<>(all.stream().filter(c -> kept.contains(c.step())).toList());
        assertThat(policy.plan(rest).keptSteps()).isEqualTo(kept);
        List<CheckpointInfo> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, new Random(seed));
        assertThat(policy.plan(shuffled).keptSteps()).isEqualTo(kept);
    }

    /** What is above the limit is what is guaranteed, or nothing more could go. */
    @Property
    void theLimitIsKeptAsFarAsWhatIsGuaranteedAllows(@ForAll("histories") List<CheckpointInfo> all, @ForAll("policies") RetentionPolicy policy) {
        RetentionPlan plan = policy.plan(all);
        RetentionPlan unlimited = new RetentionPolicy(policy.rules().isEmpty() ? List.of(new RetentionRule.All()) : policy.rules(),
                OptionalLong.empty(), policy.ranking(), policy.protectedSteps()).plan(all);
        SortedSet<Long> guaranteed = new RetentionPolicy(List.of(new RetentionRule.Pinned()), OptionalLong.empty(), policy.ranking(),
                policy.protectedSteps()).plan(all).keptSteps();
        assertThat(unlimited.keptSteps()).containsAll(plan.keptSteps());
        assertThat(plan.keptSteps()).containsAll(guaranteed);
        if (plan.keptBytes() > policy.limitBytes().orElse(Long.MAX_VALUE)) {
            assertThat(plan.keptSteps()).isEqualTo(guaranteed);
        }
        SortedSet<Long> gone = new TreeSet<>(unlimited.keptSteps());
        gone.removeAll(plan.keptSteps());
        if (!gone.isEmpty()) {
            assertThat(plan.keptSteps().stream().filter(s -> !guaranteed.contains(s))).allMatch(s -> s > gone.last());
            long before = plan.keptBytes() + all.stream().filter(c -> c.step() == gone.last()).findFirst().orElseThrow().bytes();
            assertThat(before).isGreaterThan(policy.limitBytes().getAsLong());
        }
    }

    @Property
    void aPlanHasEveryCheckpointOnceWithAReason(@ForAll("histories") List<CheckpointInfo> all, @ForAll("policies") RetentionPolicy policy) {
        RetentionPlan plan = policy.plan(all);
        List<CheckpointInfo> both = new ArrayList<>(plan.kept().stream().map(RetentionPlan.Choice::checkpoint).toList());
        both.addAll(plan.droppedCheckpoints());
        assertThat(both).containsExactlyInAnyOrderElementsOf(all);
        assertThat(plan.keptBytes() + plan.droppedBytes()).isEqualTo(all.stream().mapToLong(CheckpointInfo::bytes).sum());
        plan.kept().forEach(c -> assertThat(c.reasons()).isNotEmpty().doesNotHaveDuplicates());
        plan.dropped().forEach(c -> assertThat(c.reasons()).hasSize(1));
        assertThat(plan.keptSteps()).containsExactlyElementsOf(plan.kept().stream().map(c -> c.checkpoint().step()).toList());
    }

    /** A plan made in one walk over all is the one that the rules give when each checkpoint is asked by itself. */
    @Property
    void aPlanIsWhatTheRulesSayOneByOne(@ForAll("histories") List<CheckpointInfo> all, @ForAll("policies") RetentionPolicy policy) {
        RetentionPolicy unlimited = policy.rules().isEmpty() ? policy
                : new RetentionPolicy(policy.rules(), OptionalLong.empty(), policy.ranking(), policy.protectedSteps());
        for (RetentionPlan.Choice choice : unlimited.plan(all).kept()) {
            CheckpointInfo c = choice.checkpoint();
            for (RetentionRule rule : policy.rules()) {
                String written = rule instanceof RetentionRule.Best b && b.ranking().equals(policy.ranking()) ? "best:" + b.count() : rule.toString();
                assertThat(choice.reasons().contains(written)).as("%s keeps %s", rule, c).isEqualTo(keeps(rule, c, all));
            }
        }
        for (CheckpointInfo c : unlimited.plan(all).droppedCheckpoints()) {
            assertThat(policy.rules()).noneMatch(rule -> keeps(rule, c, all));
        }
    }

    private static boolean keeps(RetentionRule rule, CheckpointInfo c, List<CheckpointInfo> all) {
        if (rule instanceof RetentionRule.Last last) {
            return all.stream().filter(o -> o.step() > c.step()).count() < last.count();
        } else if (rule instanceof RetentionRule.Best best) {
            return isRanked(c, best.ranking()) && all.stream().filter(o -> isRanked(o, best.ranking()))
                    .filter(o -> isBetter(o, c, best.ranking())).count() < best.count();
        } else if (rule instanceof RetentionRule.Every every) {
            return c.step() % every.steps() == 0;
        } else if (rule instanceof RetentionRule.Per per) {
            long span = per.span().toMillis();
            return all.stream().filter(o -> Math.floorDiv(o.timeMillis().orElseThrow(), span) == Math.floorDiv(c.timeMillis().orElseThrow(), span))
                    .allMatch(o -> o.step() >= c.step());
        } else if (rule instanceof RetentionRule.Logarithmic log) {
            long newest = all.stream().mapToLong(CheckpointInfo::step).max().orElseThrow();
            if (all.stream().allMatch(o -> o.step() >= c.step())) {
                return true;
            }
            for (long width = 1; width <= newest; width *= log.base()) {
                long w = width;
                if (newest / w - c.step() / w <= 1 && all.stream().filter(o -> o.step() / w == c.step() / w).allMatch(o -> o.step() >= c.step())) {
                    return true;
                }
            }
            return false;
        }
        return rule instanceof RetentionRule.All || c.pinned();
    }

    private static boolean isRanked(CheckpointInfo c, Ranking ranking) {
        return c.isFinite() && !Double.isNaN(c.metric(ranking.metric()).orElse(Double.NaN));
    }

    private static boolean isBetter(CheckpointInfo a, CheckpointInfo b, Ranking ranking) {
        double x = a.metric(ranking.metric()).orElseThrow();
        double y = b.metric(ranking.metric()).orElseThrow();
        return x == y ? a.step() < b.step() : ranking.direction() == Ranking.Direction.MIN ? x < y : x > y;
    }

    /** Whatever the order in which they come: looking only at what a new one pushes out drops what a look at all of them would. */
    @Property
    void askingOnlyAboutWhatANewOnePushesOutDropsTheSame(@ForAll("histories") List<CheckpointInfo> history,
            @ForAll("policies") RetentionPolicy policy, @ForAll @net.jqwik.api.constraints.IntRange(max = 20) int before,
            @ForAll @net.jqwik.api.constraints.IntRange(min = 1, max = 3) int savesPerPruning) {
        RetentionPolicy unlimited = policy.rules().isEmpty() ? RetentionPolicy.parse("all", policy.ranking())
                : new RetentionPolicy(policy.rules(), OptionalLong.empty(), policy.ranking(), policy.protectedSteps());
        int begin = Math.min(before, history.size());
        SortedSet<Long> first = unlimited.plan(history.subList(0, begin)).keptSteps();
        List<CheckpointInfo> stored = new ArrayList<>(history.subList(0, begin).stream().filter(c -> first.contains(c.step())).toList());
        Keeping keeping = Keeping.of(unlimited, stored).orElseThrow();
        for (int i = begin; i < history.size(); i++) {
            keeping.add(history.get(i));
            stored.add(history.get(i));
            if ((i + 1) % savesPerPruning == 0) {
                List<CheckpointInfo> dropped = unlimited.plan(stored).droppedCheckpoints();
                assertThat(keeping.outgrown()).isEqualTo(dropped);
                assertThat(keeping.pillars()).containsExactlyInAnyOrderElementsOf(unlimited.pillars(stored));
                stored.removeAll(dropped);
                keeping.forgetOutgrown();
            }
        }
    }

    @Example
    void aLimitIsNotKeptByLookingAtTheNewOnesAlone() {
        assertThat(Keeping.of(RetentionPolicy.parse("all,2KB", SMALLEST), infos(1, 2))).isEmpty();
    }

    /** Pruned after every save or only once: the logarithmic rule leaves the same, and near everything that it drops something earlier. */
    @Property
    void logarithmicThinningLosesLittleOfWhatIsNearAndHasFewOfWhatIsFar(@ForAll("histories") List<CheckpointInfo> all,
            @ForAll @net.jqwik.api.constraints.IntRange(min = 2, max = 5) int base) {
        RetentionRule rule = new RetentionRule.Logarithmic(base);
        List<CheckpointInfo> bySteps = all.stream().sorted((a, b) -> Long.compare(a.step(), b.step())).toList();
        List<CheckpointInfo> stored = new ArrayList<>();
        for (CheckpointInfo saved : bySteps) {
            stored.add(saved);
            stored.retainAll(rule.keeps(stored));
        }
        assertThat(stored).containsExactlyInAnyOrderElementsOf(rule.keeps(all));
        for (CheckpointInfo c : all) {
            long age = bySteps.get(bySteps.size() - 1).step() - c.step();
            assertThat(stored).anyMatch(s -> s.step() <= c.step() && (s.step() == c.step() || c.step() - s.step() < base * age));
        }
    }

    @Property
    void theTextIsReadAsThePolicyThatWroteIt(@ForAll("policies") RetentionPolicy policy) {
        RetentionPolicy read = RetentionPolicy.parse(policy.toString(), policy.ranking());
        for (long step : policy.protectedSteps()) {
            read = read.protecting(step);
        }
        assertThat(read).isEqualTo(policy);
    }

    /** Pruning after every save, as a run does, never loses the best of all that ever was. */
    @Property
    void pruningAfterEverySaveKeepsTheBestThatEverWas(@ForAll("histories") List<CheckpointInfo> history,
            @ForAll("policies") RetentionPolicy policy) {
        List<CheckpointInfo> bySteps = history.stream().sorted((a, b) -> Long.compare(a.step(), b.step())).toList();
        List<CheckpointInfo> stored = new ArrayList<>();
        for (CheckpointInfo saved : bySteps) {
            stored.add(saved);
            SortedSet<Long> kept = policy.plan(stored).keptSteps();
            stored.removeIf(c -> !kept.contains(c.step()));
        }
        assertThat(policy.ranking().best(stored)).isEqualTo(policy.ranking().best(history));
    }

    @Example
    void eachRuleKeepsWhatItsTableSays() {
        List<CheckpointInfo> all = infos(5, 1, 4, 2, 3, 6);
        assertThat(RetentionPolicy.parse("all", SMALLEST).plan(all).keptSteps()).containsExactly(0L, 10L, 20L, 30L, 40L, 50L);
        assertThat(RetentionPolicy.parse("last:3", SMALLEST).plan(all).keptSteps()).containsExactly(10L, 30L, 40L, 50L);
        assertThat(RetentionPolicy.parse("best:2", SMALLEST).plan(all).keptSteps()).containsExactly(10L, 30L, 50L);
        assertThat(RetentionPolicy.parse("best:2:max:score", SMALLEST).plan(all).keptSteps()).containsExactly(0L, 10L, 50L);
        assertThat(RetentionPolicy.parse("every:20", SMALLEST).plan(all).keptSteps()).containsExactly(0L, 10L, 20L, 40L, 50L);
        assertThat(RetentionPolicy.parse(" last:1 , best:1 ", SMALLEST).protecting(20).plan(all).keptSteps()).containsExactly(10L, 20L, 50L);
        assertThat(RetentionPolicy.parse("last:1", SMALLEST).plan(List.of()).keptSteps()).isEmpty();
    }

    @Example
    void onePerSpanIsTheFirstOfEachWhateverTheClockDoes() {
        List<CheckpointInfo> all = List.of(timed(1, 1, "0"), timed(2, 1, "5"), timed(3, 1, "6"), timed(4, 1, ""), timed(5, 1, "?"), timed(6, 1, "4"),
                timed(7, 1, "11"), timed(8, 1, "12"));
        assertThat(RetentionPolicy.parse("per:1m", SMALLEST).plan(all).keptSteps()).containsExactly(1L, 3L, 8L);
        assertThat(RetentionPolicy.parse("per:50s", SMALLEST).plan(all).keptSteps()).containsExactly(1L, 2L, 7L, 8L);
        assertThat(RetentionPolicy.parse("per:1d", SMALLEST).plan(all).keptSteps()).containsExactly(1L, 8L);
    }

    @Example
    void logarithmicThinningOfAThousandStepsKeepsTheseFew() {
        List<CheckpointInfo> all = new ArrayList<>();
        for (int step = 0; step <= 1000; step++) {
            all.add(timed(step, 1, ""));
        }
        assertThat(RetentionPolicy.parse("log", SMALLEST).plan(all).keptSteps())
                .containsExactly(0L, 512L, 768L, 896L, 960L, 976L, 992L, 996L, 998L, 999L, 1000L);
        assertThat(RetentionPolicy.parse("log:10", SMALLEST).plan(all).keptSteps()).containsExactly(0L, 900L, 990L, 999L, 1000L);
    }

    @Example
    void aLimitDropsTheOldestThatNothingProtects() {
        List<CheckpointInfo> all = List.of(timed(1, 400, ""), timed(2, 400, ""), timed(3, 400, ""), timed(4, 400, ""));
        assertThat(RetentionPolicy.parse("1KB", SMALLEST).plan(all).keptSteps()).containsExactly(3L, 4L);
        assertThat(RetentionPolicy.parse("1KB", SMALLEST).protecting(1).plan(all).keptSteps()).containsExactly(1L, 4L);
        assertThat(RetentionPolicy.parse("every:2,1KB", SMALLEST).plan(all).keptSteps()).containsExactly(2L, 4L);
        assertThat(RetentionPolicy.parse("100B", SMALLEST).plan(all).keptSteps()).containsExactly(4L);
        assertThat(RetentionPolicy.parse("2GB", SMALLEST).plan(all).keptSteps()).hasSize(4);
        assertThat(RetentionPolicy.parse("last:3,1KB", SMALLEST).plan(all).dropped()).extracting(RetentionPlan.Choice::toString)
                .containsExactly("step 1: no rule keeps it", "step 2: beyond the limit of 1KB");
        assertThat(RetentionPolicy.parse("last:3,1KB", SMALLEST).plan(all).kept()).extracting(RetentionPlan.Choice::toString)
                .containsExactly("step 3: last:3", "step 4: newest, newest that is finite, last:3");
    }

    /** Field bug 26: after a step that gave NaN the last good one stays, and what is broken is never the best. */
    @Example
    void aStateThatIsNotFiniteIsNeitherBestNorTheOnlyNewest() {
        List<CheckpointInfo> all = List.of(full(1, 5, false, true, 1, 0), full(2, 4, false, true, 1, 0), full(3, 1, false, false, 1, 0),
                full(4, 0, false, false, 1, 0));
        assertThat(RetentionPolicy.parse("last:1", Ranking.max("score")).plan(all).keptSteps()).containsExactly(1L, 2L, 4L);
        assertThat(SMALLEST.best(all).orElseThrow().step()).isEqualTo(2);
    }

    @Example
    void quantitiesAreWrittenWithTheUnitThatGivesTheSmallestNumber() {
        for (String text : List.of("2GB", "500MB", "1KiB", "3TB", "1025B", "7GiB")) {
            assertThat(RetentionPolicy.parse("all," + text, SMALLEST)).hasToString("all," + text);
        }
        assertThat(RetentionPolicy.parse("1000MB", SMALLEST)).hasToString("1GB");
        assertThat(RetentionPolicy.parse("per:90m,per:120m,per:86400s,per:1500ms", SMALLEST)).hasToString("per:90m,per:2h,per:1d,per:1500ms");
        assertThat(RetentionPolicy.parse("log,log:3,pinned", SMALLEST)).hasToString("log:2,log:3,pinned");
    }

    @Example
    void amongEqualsTheEarlierIsBetterAndNotANumberIsNoCandidate() {
        assertThat(SMALLEST.best(infos(2, 1, 1, Double.NaN, 0.0, -0.0), 9)).extracting(CheckpointInfo::step).containsExactly(40L, 50L, 10L, 20L, 0L);
        assertThat(Ranking.max("score").best(infos(2, 1, 2, Double.NaN), 9)).extracting(CheckpointInfo::step).containsExactly(0L, 20L, 10L);
        assertThat(Ranking.max("other").best(infos(1, 2), 9)).isEmpty();
    }

    /** Field bug 32: 9, 10 and 100 are numbers. */
    @Example
    void stepsAreComparedAsNumbers() {
        List<CheckpointInfo> all = List.of(info(100, 1, false), info(9, 2, false), info(10, 3, false));
        assertThat(RetentionPolicy.parse("last:2", Ranking.min("none")).plan(all).keptSteps()).containsExactly(10L, 100L);
    }

    @Example
    void whatCannotBeReadIsRefusedWithTheNearestSpelling() {
        assertRefused("lats:3", "did you mean 'last'?");
        assertRefused("last:3,bst:1", "'bst'", "did you mean 'best'?", "last:3,bst:1");
        assertRefused("", "unknown rule ''");
        assertRefused("last:3,", "unknown rule ''");
        assertRefused("last", "last:N");
        assertRefused("last:0", "from 1 to");
        assertRefused("last:-1", "from 1 to");
        assertRefused("last:9999999999", "from 1 to 2147483647");
        assertRefused("last:three", "'three'");
        assertRefused("last:3:4", "last:N");
        assertRefused("all:3", "form all");
        assertRefused("every:1.5", "'1.5'");
        assertRefused("best:1:score", "best:N:min:METRIC");
        assertRefused("best:1:mx:score", "did you mean 'max'?");
        assertRefused("best:1:min:Sc ore", "'Sc ore'");
        assertRefused("pinnd", "did you mean 'pinned'?");
        assertRefused("pr:1h", "did you mean 'per'?");
        assertRefused("per:1hr", "unknown unit 'hr'", "did you mean 'h'?", "per:1hr");
        assertRefused("per:0s", "from 1ms");
        assertRefused("per:-1s", "span of time");
        assertRefused("per", "per:SPAN");
        assertRefused("log:1", "from 2 to");
        assertRefused("log:2:3", "log:BASE");
        assertRefused("2GBB", "unknown unit 'GBB'", "did you mean 'GB'?");
        assertRefused("2", "it has no unit", "known: B, KB");
        assertRefused("1.5GB", "a size, such as 2GB");
        assertRefused("0MB", "from 1B");
        assertRefused("99999999999TB", "64 bits");
        assertRefused("1GB,2GB", "a second limit");
    }

    private static void assertRefused(String text, String... messages) {
        assertThatThrownBy(() -> RetentionPolicy.parse(text, SMALLEST)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(messages);
    }
}
