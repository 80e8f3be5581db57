package cairn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.state.ElementType;
import cairn.state.Snapshottable;
import cairn.state.State;
import cairn.tensor.Array;
import cairn.tensor.Layout;
import cairn.tensor.ParameterVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightAverageTest {
    private static final Layout LAYOUT = Layout.builder().add("0.dense/weight", new long[] {2, 2}, true).build();

    @ParameterizedTest
    @EnumSource(value = ElementType.class, names = {"F32", "F64"})
    void followsItsFormulaFromACopyOfTheInitialWeights(ElementType type) {
        ParameterVector weights = weights(type, 1, -2, 3, 0);
        WeightAverage rule = WeightAverage.of(0.9);
        ParameterVector average = rule.start(weights);
        assertThat(average.flat().toDoubles()).containsExactly(1, -2, 3, 0);
        WeightAverage.Averaging update = rule.wire(weights.flat(), average.flat(), Array.zeros(type, 4));
        double[] expected = average.flat().toDoubles();
        for (int t = 1; t <= 20; t++) {
            double[] theta = {Math.sin(t), t, -t * t, 0.5};
            weights.flat().set(theta);
            update.apply(t);
            for (int i = 0; i < 4; i++) {
                expected[i] = 0.9 * expected[i] + 0.1 * theta[i];
            }
            assertThat(average.flat().toDoubles()).containsExactly(expected, within(type == ElementType.F32 ? 3e-5 : 1e-13));
            assertThat(weights.flat().toDoubles()).containsExactly(theta, within(1e-6));
        }
    }

    /** (1+t) / (10+t): 2/11, 3/12, 4/13 ... until it reaches the decay. */
    @Test
    void warmupForgetsTheInitialWeightsSoon() {
        WeightAverage rule = new WeightAverage(0.99, true);
        assertThat(rule.decayAt(1)).isEqualTo(2.0 / 11);
        assertThat(rule.decayAt(2)).isEqualTo(3.0 / 12);
        assertThat(rule.decayAt(889)).isLessThan(0.99);
        assertThat(rule.decayAt(891)).isEqualTo(0.99);
        assertThat(WeightAverage.of(0.99).decayAt(1)).isEqualTo(0.99);

        ParameterVector weights = weights(ElementType.F64, 1, 1, 1, 1);
        ParameterVector average = rule.start(weights);
        weights.flat().fill(12);
        rule.wire(weights.flat(), average.flat(), Array.zeros(ElementType.F64, 4)).apply(1);
        assertThat(average.flat().toDoubles()).containsExactly(new double[] {10, 10, 10, 10}, within(1e-12));
    }

    @Test
    void weightsThatStandStillAreTheirOwnAverageBitForBit() {
        ParameterVector weights = weights(ElementType.F32, 0.1, -2.7, 3e-20, 123456.7);
        ParameterVector average = WeightAverage.of(0.9999).start(weights);
        WeightAverage.Averaging update =
                WeightAverage.of(0.9999).wire(weights.flat(), average.flat(), Array.zeros(ElementType.F32, 4));
        for (int t = 1; t <= 1000; t++) {
            update.apply(t);
        }
        assertThat(State.of(average)).isEqualTo(State.of(weights));
    }

    /** Field bug 16: the raw weights and their average are entries of their own, and each is restored to its own place. */
    @Test
    void rawAndAveragedWeightsAreSeparateEntries() {
        ParameterVector weights = weights(ElementType.F32, 1, 2, 3, 4);
        ParameterVector average = WeightAverage.of(0.5).start(weights);
        weights.flat().fill(0);
        WeightAverage.of(0.5).wire(weights.flat(), average.flat(), Array.zeros(ElementType.F32, 4)).apply(1);
        Snapshottable training = s -> {
            s.child("model", weights);
            s.child("average", average);
        };
        State saved = State.of(training);
        assertThat(saved.entries().keySet()).containsExactly("model/0.dense/weight", "average/0.dense/weight");
        weights.flat().fill(7);
        average.flat().fill(8);
        saved.into(training);
        assertThat(weights.flat().toDoubles()).containsExactly(0, 0, 0, 0);
        assertThat(average.flat().toDoubles()).containsExactly(0.5, 1, 1.5, 2);
    }

    private static ParameterVector weights(ElementType type, double... values) {
        ParameterVector w = new ParameterVector(LAYOUT, type);
        w.flat().set(values);
        return w;
    }
}
