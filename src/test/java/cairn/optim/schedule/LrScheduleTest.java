package cairn.optim.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cairn.GoldenValues;
import cairn.random.Key;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every schedule must do, and the tables of the schedules' Javadoc. A new schedule is one line of {@link #schedules}. */
class LrScheduleTest {

    static List<LrSchedule> schedules() {
        return List.of(Constant.of(), StepDecay.of(TrainingTime.steps(10)), new StepDecay(TrainingTime.epochs(0.5), 0.9),
            Exponential.of(0.95), new Exponential(0.9, TrainingTime.steps(7)), Polynomial.of(TrainingTime.epochs(3)),
            new Polynomial(TrainingTime.steps(40), 2, 0.1), Cosine.of(TrainingTime.epochs(2)),
                    new Cosine(TrainingTime.steps(10), 0.01, 3, 1.5),
            OneCycle.of(TrainingTime.epochs(4)), new Warmup(TrainingTime.steps(5), Cosine.of(TrainingTime.steps(60))),
            Joined.of(new Joined.Part(Constant.of(), TrainingTime.steps(9)),
                    new Joined.Part(OneCycle.of(TrainingTime.steps(30)), TrainingTime.epochs(2)),
                new Joined.Part(new Constant(0.01), TrainingTime.steps(5))));
    }

    /** Field bug 10: the rate of a step does not depend on earlier calls, and equals that of a new schedule. */
    @ParameterizedTest
    @MethodSource("schedules")
    void theRateOfAStepDoesNotDependOnEarlierCalls(LrSchedule schedule) {
        double[] inOrder = LongStream.range(0, 100).mapToDouble(k -> schedule.factor(k, 20)).toArray();
        for (int k : Key.of(3).permutation(100)) {
            assertThat(schedule.factor(k, 20)).isEqualTo(inOrder[k]);
        }
        int at = schedules().indexOf(schedule);
        for (int k = 99; k >= 0; k--) {
            assertThat(schedules().get(at).factor(k, 20)).isEqualTo(inOrder[k]);
        }
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theRateStaysBetweenZeroAndOneForEverAndCostsNothingLateInTraining(LrSchedule schedule) {
        for (long k : new long[] {0, 1, 19, 20, 79, 80, 1000, 1_000_000, 1L << 40, Long.MAX_VALUE / 4}) {
            for (long stepsPerEpoch : new long[] {1, 20, 1_000_000}) {
                assertThat(schedule.factor(k, stepsPerEpoch)).isBetween(0.0, 1.0);
            }
        }
    }

    /** The tables of the Javadoc. */
    static Stream<Arguments> tables() {
        return Stream.of(
            table(new StepDecay(TrainingTime.steps(10), 0.5), 0, 1, 9, 1, 10, 0.5, 19, 0.5, 20, 0.25, 30, 0.125),
            table(new Exponential(0.25, TrainingTime.steps(10)), 0, 1, 5, 0.5, 10, 0.25, 15, 0.125, 20, 0.0625),
            table(new Polynomial(TrainingTime.steps(10), 2, 0), 0, 1, 5, 0.25, 8, 0.04, 10, 0, 50, 0),
            table(Cosine.of(TrainingTime.steps(10)), 0, 1, 5, 0.5, 10, 0, 15, 0, 20, 0, 30, 0),
            table(new Cosine(TrainingTime.steps(10), 0, 2, 2), 0, 1, 5, 0.5, 10, 1, 15, 0.85355, 20, 0.5, 30, 0),
            table(new OneCycle(TrainingTime.steps(20), 0.55, 10, 100), 0, 0.1, 5, 0.55, 10, 1, 19, 0.001, 25, 0.001),
            table(new Warmup(TrainingTime.steps(4), Constant.of()), 0, 0.25, 1, 0.5, 2, 0.75, 3, 1, 4, 1),
            table(new Warmup(TrainingTime.steps(4), Polynomial.of(TrainingTime.steps(8))), 0, 0.25, 1, 0.4375, 2, 0.5625, 3, 0.625, 4, 0.5),
            table(Joined.of(new Joined.Part(Constant.of(), TrainingTime.steps(2)),
                new Joined.Part(Polynomial.of(TrainingTime.steps(4)), TrainingTime.steps(4))), 0,
                        1, 1, 1, 2, 1, 3, 0.75, 4, 0.5, 5, 0.25, 6, 0));
    }

    @ParameterizedTest
    @MethodSource("tables")
    void theTableOfTheJavadocHolds(LrSchedule schedule, double[] stepsAndRates) {
        for (int i = 0; i < stepsAndRates.length; i += 2) {
            assertThat(schedule.factor((long) stepsAndRates[i], 20)).as("step %s", stepsAndRates[i])
                    .isCloseTo(stepsAndRates[i + 1], within(5e-6));
        }
    }

    /** PyTorch's rates are absolute; ours are relative to the base rate, and to PyTorch's max_lr for its one-cycle. */
    static Stream<Arguments> goldens() {
        return Stream.of(
            Arguments.of("step", new StepDecay(TrainingTime.steps(10), 0.5)),
            Arguments.of("multi-step", Joined.of(
                new Joined.Part(Constant.of(), TrainingTime.steps(7)), new Joined.Part(new Constant(0.3), TrainingTime.steps(13)),
                new Joined.Part(new Constant(0.09), TrainingTime.steps(25)), new Joined.Part(new Constant(0.027), TrainingTime.steps(1)))),
            Arguments.of("exponential", new Exponential(0.95, TrainingTime.steps(1))),
            Arguments.of("polynomial", new Polynomial(TrainingTime.steps(40), 2, 0)),
            Arguments.of("polynomial-linear", Polynomial.of(TrainingTime.steps(40))),
            Arguments.of("cosine", new Cosine(TrainingTime.steps(40), 0.01, 1, 1)),
            Arguments.of("cosine-warm-restarts", new Cosine(TrainingTime.steps(10), 0, 3, 2)),
            Arguments.of("one-cycle", OneCycle.of(TrainingTime.steps(50))));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void equalsPyTorch(String name, LrSchedule schedule) {
        GoldenValues golden = GoldenValues.of("schedules").under(name);
        double base = golden.number("base-lr");
        double[] rates = golden.vector("lr");
        assertThat(rates.length).isGreaterThan(40);
        for (int k = 0; k < rates.length; k++) {
            assertThat(base * schedule.factor(k, 20)).as("step %d", k).isCloseTo(rates[k], within(1e-12 * base));
        }
    }

    @Test
    void timesInEpochsFollowTheLengthOfTheEpoch() {
        assertThat(new StepDecay(TrainingTime.epochs(2), 0.5).factor(39, 20)).isEqualTo(1);
        assertThat(new StepDecay(TrainingTime.epochs(2), 0.5).factor(40, 20)).isEqualTo(0.5);
        assertThat(new StepDecay(TrainingTime.epochs(2), 0.5).factor(40, 10)).isEqualTo(0.25);
        assertThat(new StepDecay(TrainingTime.epochs(0.01), 0.5).factor(3, 10)).isEqualTo(0.125);
    }

    @Test
    void timesAreReadAsTheyAreWritten() {
        for (String text : List.of("200", "5ep", "0.5ep", "0")) {
            assertThat(TrainingTime.parse(text).toString()).isEqualTo(text);
        }
        assertThat(TrainingTime.parse("1.5ep").inSteps(7)).isEqualTo(11);
        assertThatThrownBy(() -> TrainingTime.parse("5 epochs"))
                .hasMessage("'5 epochs' is not a training time; write steps as 200 or epochs as 5ep");
        assertThatThrownBy(() -> TrainingTime.parse("1.5")).hasMessageContaining("whole number of steps");
    }

    private static Arguments table(LrSchedule schedule, double... stepsAndRates) {
        return Arguments.of(schedule, stepsAndRates);
    }
}
