package cairn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        return new CheckpointInfo(step, StepNames.checkpoint(step), 1, "", Map.of(), Map.of("score", score), isPinned);
    }

    private static List<CheckpointInfo> infos(double... scores) {
        List<CheckpointInfo> infos = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            infos.add(info(i * 10L, scores[i], false));
        }
        return infos;
    }

    @Provide
    Arbitrary<List<CheckpointInfo>> histories() {
        return Combinators.combine(Arbitraries.longs().between(0, 200),
                        Arbitraries.of(0.0, -0.0, 1.0, 2.0, 0.5, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY),
                        Arbitraries.frequency(net.jqwik.api.Tuple.of(9, false), net.jqwik.api.Tuple.of(1, true)))
                .as(RetentionPolicyTest::info).list().uniqueElements(CheckpointInfo::step).ofMaxSize(30);
    }

    @Provide
    Arbitrary<RetentionPolicy> policies() {
        Arbitrary<Ranking> rankings = Arbitraries.of(SMALLEST, Ranking.max("score"), Ranking.min("other/name-1.2_x"));
        Arbitrary<Integer> counts = Arbitraries.integers().between(1, 6);
        Arbitrary<RetentionRule> rules = Arbitraries.oneOf(
                counts.map(RetentionRule.Last::new),
                Combinators.combine(counts, rankings).as(RetentionRule.Best::new),
                Arbitraries.longs().between(1, 100).map(RetentionRule.Every::new),
                Arbitraries.just(new RetentionRule.All()));
        return Combinators.combine(rules.list().ofMinSize(1).ofMaxSize(3), rankings, Arbitraries.longs().between(0, 200).set().ofMaxSize(2))
                .as((r, ranking, steps) -> new RetentionPolicy(r, OptionalLong.empty(), ranking, new TreeSet<>(steps))).withoutEdgeCases();
    }

    /** Field bugs 26 and 27: whatever was saved and whatever the rules, newest, best, pinned and protected ones stay. */
    @Property
    void newestBestPinnedAndProtectedOnesAlwaysStay(@ForAll("histories") List<CheckpointInfo> all, @ForAll("policies") RetentionPolicy policy) {
        SortedSet<Long> kept = policy.keep(all);
        assertThat(all).extracting(CheckpointInfo::step).containsAll(kept);
        all.stream().mapToLong(CheckpointInfo::step).max().ifPresent(newest -> assertThat(kept).contains(newest));
        policy.ranking().best(all).ifPresent(best -> assertThat(kept).contains(best.step()));
        all.stream().filter(c -> c.pinned() || policy.protectedSteps().contains(c.step())).forEach(c -> assertThat(kept).contains(c.step()));
    }

    /** Field bug 27: and no more than the limit otherwise. */
    @Property
    void noMoreThanTheLimitStays(@ForAll("histories") List<CheckpointInfo> all, @ForAll("policies") RetentionPolicy policy) {
        long limit = 2 + all.stream().filter(c -> c.pinned() || policy.protectedSteps().contains(c.step())).count();
        for (RetentionRule rule : policy.rules()) {
            if (rule instanceof RetentionRule.Last last) {
                limit += last.count();
            } else if (rule instanceof RetentionRule.Best best) {
                limit += best.count();
            } else if (rule instanceof RetentionRule.Every every) {
                limit += all.stream().filter(c -> c.step() % every.steps() == 0).count();
            } else {
                limit += all.size();
            }
        }
        assertThat((long) policy.keep(all).size()).isLessThanOrEqualTo(limit);
    }

    @Property
    void whatIsKeptIsKeptAgainAndTheOrderOfTheListDoesNotMatter(@ForAll("histories") List<CheckpointInfo> all,
            @ForAll("policies") RetentionPolicy policy, @ForAll long seed) {
        SortedSet<Long> kept = policy.keep(all);
        List<CheckpointInfo> rest = new ArrayList<>(all.stream().filter(c -> kept.contains(c.step())).toList());
        assertThat(policy.keep(rest)).isEqualTo(kept);
        List<CheckpointInfo> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, new Random(seed));
        assertThat(policy.keep(shuffled)).isEqualTo(kept);
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
            SortedSet<Long> kept = policy.keep(stored);
            stored.removeIf(c -> !kept.contains(c.step()));
        }
        assertThat(policy.ranking().best(stored)).isEqualTo(policy.ranking().best(history));
    }

    @Example
    void eachRuleKeepsWhatItsTableSays() {
        List<CheckpointInfo> all = infos(5, 1, 4, 2, 3, 6);
        assertThat(RetentionPolicy.parse("all", SMALLEST).keep(all)).containsExactly(0L, 10L, 20L, 30L, 40L, 50L);
        assertThat(RetentionPolicy.parse("last:3", SMALLEST).keep(all)).containsExactly(10L, 30L, 40L, 50L);
        assertThat(RetentionPolicy.parse("best:2", SMALLEST).keep(all)).containsExactly(10L, 30L, 50L);
        assertThat(RetentionPolicy.parse("best:2:max:score", SMALLEST).keep(all)).containsExactly(0L, 10L, 50L);
        assertThat(RetentionPolicy.parse("every:20", SMALLEST).keep(all)).containsExactly(0L, 10L, 20L, 40L, 50L);
        assertThat(RetentionPolicy.parse(" last:1 , best:1 ", SMALLEST).protecting(20).keep(all)).containsExactly(10L, 20L, 50L);
        assertThat(RetentionPolicy.parse("last:1", SMALLEST).keep(List.of())).isEmpty();
    }

    @Example
    void amongEqualsTheEarlierIsBetterAndNotANumberIsNoCandidate() {
        assertThat(SMALLEST.order(infos(2, 1, 1, Double.NaN, 0.0, -0.0))).extracting(CheckpointInfo::step).containsExactly(40L, 50L, 10L, 20L, 0L);
        assertThat(Ranking.max("score").order(infos(2, 1, 2, Double.NaN))).extracting(CheckpointInfo::step).containsExactly(0L, 20L, 10L);
        assertThat(Ranking.max("other").order(infos(1, 2))).isEmpty();
    }

    /** Field bug 32: 9, 10 and 100 are numbers. */
    @Example
    void stepsAreComparedAsNumbers() {
        List<CheckpointInfo> all = List.of(info(100, 1, false), info(9, 2, false), info(10, 3, false));
        assertThat(RetentionPolicy.parse("last:2", Ranking.min("none")).keep(all)).containsExactly(10L, 100L);
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
    }

    private static void assertRefused(String text, String... messages) {
        assertThatThrownBy(() -> RetentionPolicy.parse(text, SMALLEST)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(messages);
    }
}
