package cairn.optim.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.GoldenValues;
import cairn.state.State;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PlateauTest {
    private static final GoldenValues GOLDEN = GoldenValues.of("schedules").under("plateau");
    /** PyTorch's settings for the golden values, min_lr relative to the base rate. */
    private static final Plateau RULE = new Plateau(0.5, 3, 2, 1e-4, 0.2, Plateau.Mode.MIN);

    @Test
    void equalsPyTorchAfterEveryEvaluation() {
        PlateauMemory memory = RULE.memory();
        double[] metrics = GOLDEN.vector("metric");
        for (int k = 0; k < metrics.length; k++) {
            memory.observe(metrics[k]);
            assertThat(GOLDEN.number("base-lr") * memory.factor()).isCloseTo(GOLDEN.number("lr." + k), within(1e-15));
            assertThat(best(memory)).isEqualTo(GOLDEN.number("best." + k));
            assertThat(badEvaluations(memory)).isEqualTo(GOLDEN.integer("bad-evaluations." + k));
            assertThat(cooldownLeft(memory)).isEqualTo(GOLDEN.integer("cooldown." + k));
        }
    }

    @Test
    void largerIsBetterIsTheMirrorImage() {
        PlateauMemory smaller = RULE.memory();
        PlateauMemory larger = new Plateau(0.5, 3, 2, 1e-4, 0.2, Plateau.Mode.MAX).memory();
        for (double metric : GOLDEN.vector("metric")) {
            assertThat(larger.observe(-metric)).isEqualTo(smaller.observe(metric));
            assertThat(larger.factor()).isEqualTo(smaller.factor());
            assertThat(best(larger)).isEqualTo(-best(smaller));
        }
        assertThat(smaller.factor()).isEqualTo(0.2);
    }

    /** Field bug 11: interrupted one evaluation before the reduction would fire, it fires at the same evaluation. */
    @Test
    void restoredOneEvaluationBeforeTheReductionItFiresAtTheSameOne() {
        double[] metrics = {1.0, 1.1, 1.2, 1.3, 1.4, 1.5};
        PlateauMemory unbroken = RULE.memory();
        for (int k = 0; k < 4; k++) {
            assertThat(unbroken.observe(metrics[k])).isFalse();
        }
        State saved = State.of(unbroken);
        PlateauMemory resumed = RULE.memory();
        saved.into(resumed);
        assertThat(resumed.observe(metrics[4])).isTrue();
        assertThat(resumed.factor()).isEqualTo(0.5);
        assertThat(cooldownLeft(resumed)).isEqualTo(2);
        assertThat(unbroken.observe(metrics[4])).isTrue();
        assertThat(State.of(resumed)).isEqualTo(State.of(unbroken));
        assertThat(RULE.memory().observe(metrics[4])).as("what a memory without the past does").isFalse();
    }

    /** Field bug 11, everywhere: a stop after any evaluation, cooldown and best included, changes nothing. */
    @Test
    void aStopAfterAnyEvaluationChangesNothing() {
        double[] metrics = GOLDEN.vector("metric");
        for (int stop = 0; stop <= metrics.length; stop++) {
            PlateauMemory unbroken = RULE.memory();
            Arrays.stream(metrics, 0, stop).forEach(unbroken::observe);
            PlateauMemory resumed = RULE.memory();
            State.of(unbroken).into(resumed);
            for (int k = stop; k < metrics.length; k++) {
                assertThat(resumed.observe(metrics[k])).as("stopped after %d, at %d", stop, k).isEqualTo(unbroken.observe(metrics[k]));
                assertThat(cooldownLeft(resumed)).isEqualTo(cooldownLeft(unbroken));
                assertThat(resumed.factor()).isEqualTo(unbroken.factor());
                assertThat(best(resumed)).isEqualTo(best(unbroken));
                assertThat(State.of(resumed)).isEqualTo(State.of(unbroken));
            }
        }
    }

    @Test
    void anEvaluationWithoutANumberIsABadOne() {
        PlateauMemory memory = new Plateau(0.5, 1, 0, 0, 0, Plateau.Mode.MIN).memory();
        memory.observe(Double.NaN);
        assertThat(memory.observe(Double.NaN)).isTrue();
        assertThat(best(memory)).isEqualTo(Double.POSITIVE_INFINITY);
        memory.observe(3);
        assertThat(best(memory)).isEqualTo(3);
        assertThat(badEvaluations(memory)).isZero();
    }

    @Test
    void aMetricBelowZeroMustImproveByTheMarginToo() {
        PlateauMemory memory = new Plateau(0.5, 5, 0, 0.1, 0, Plateau.Mode.MIN).memory();
        memory.observe(-1);
        memory.observe(-0.95);
        assertThat(badEvaluations(memory)).isEqualTo(1);
        memory.observe(-1.2);
        assertThat(best(memory)).isEqualTo(-1.2);
    }

    private static double best(PlateauMemory memory) {
        return State.of(memory).real("best");
    }

    private static long badEvaluations(PlateauMemory memory) {
        return State.of(memory).integer("bad-evaluations");
    }

    private static long cooldownLeft(PlateauMemory memory) {
        return State.of(memory).integer("cooldown-left");
    }
}
