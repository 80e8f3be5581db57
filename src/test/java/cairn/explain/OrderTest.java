package cairn.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** How findings are put in order. */
class OrderTest {
    @Provide
    Arbitrary<List<Finding>> found() {
        Arbitrary<Finding> finding = Combinators.combine(Arbitraries.of(Illness.class), Arbitraries.of(Finding.Certainty.class),
                Arbitraries.longs().between(0, 3)).as((illness, certainty, since) -> Finding.of(illness, certainty, since, "", List.of()));
        return finding.list().uniqueElements(Finding::illness);
    }

    @Property
    void noFindingIsLostAndEachStandsAfterItsCause(@ForAll("found") List<Finding> found) {
        List<Finding> ordered = Explanation.ordered(found);
        assertThat(ordered).extracting(Finding::illness).containsExactlyInAnyOrderElementsOf(found.stream().map(Finding::illness).toList());
        Set<Illness> before = new java.util.HashSet<>();
        for (Finding f : ordered) {
            f.followsFrom().ifPresent(cause -> assertThat(before).contains(cause));
            before.add(f.illness());
        }
    }

    @Property
    void nothingFollowsFromWhatCameAfterIt(@ForAll("found") List<Finding> found) {
        List<Finding> ordered = Explanation.ordered(found);
        for (Finding f : ordered) {
            Optional<Finding> cause = f.followsFrom().map(c -> ordered.stream().filter(o -> o.illness() == c).findFirst().orElseThrow());
            assertThat(cause.map(c -> c.since() <= f.since()).orElse(true)).isTrue();
        }
    }

    @Property
    void theOrderInWhichTheyAreFoundDoesNotMatter(@ForAll("found") List<Finding> found) {
        List<Finding> reversed = new ArrayList<>(found);
        java.util.Collections.reverse(reversed);
        assertThat(Explanation.ordered(reversed)).isEqualTo(Explanation.ordered(found));
    }

    /** An illness is brought about only by those that stand before it, so there is no circle. */
    @Test
    void causesStandBeforeWhatTheyBringAbout() {
        for (Illness illness : Illness.values()) {
            for (Illness other : Illness.values()) {
                if (illness.canFollowFrom(other)) {
                    assertThat(other).isLessThan(illness);
                }
            }
        }
    }
}
