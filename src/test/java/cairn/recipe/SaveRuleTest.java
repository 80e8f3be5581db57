package cairn.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cairn.checkpoint.retention.RetentionPolicy;
import cairn.checkpoint.retention.Ranking;
import cairn.checkpoint.retention.DiskDemand;
import cairn.optim.schedule.TrainingTime;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SaveRuleTest {
    private static final int STEPS_PER_EPOCH = 10;

    @ParameterizedTest
    @ValueSource(strings = {"100", "1ep", "0.5ep", "30s", "1.5s", "best", "at:250", "log", "auto", "auto:12h", "auto:12h:2%", "auto:0.5%",
            "end", "1ep,best", "at:3,at:7,log"})
    void aWrittenRuleIsReadAgain(String text) {
        assertThat(SaveRule.parse(text).toString()).isEqualTo(text);
        assertThat(SaveRule.parse(SaveRule.parse(text).toString())).isEqualTo(SaveRule.parse(text));
    }

    @Test
    void rulesOfStepsAndEpochsAreDueAtTheirSteps() {
        assertThat(due("4", 12)).containsExactly(4L, 8L, 12L);
        assertThat(due("1ep", 30)).containsExactly(10L, 20L, 30L);
        assertThat(due("0.5ep", 12)).containsExactly(5L, 10L);
        assertThat(due("at:3,at:7", 12)).containsExactly(3L, 7L);
        assertThat(due("log", 40)).containsExactly(1L, 2L, 4L, 8L, 16L, 32L);
        assertThat(due("end", 40)).isEmpty();
    }

    @Test
    void secondsAndBestDependOnTheMoment() {
        assertThat(SaveRule.parse("30s").due(moment(5, false, 29.9, OptionalDouble.empty()))).isFalse();
        assertThat(SaveRule.parse("30s").due(moment(5, false, 30, OptionalDouble.empty()))).isTrue();
        assertThat(SaveRule.parse("best").due(moment(5, false, 1e9, OptionalDouble.empty()))).isFalse();
        assertThat(SaveRule.parse("best").due(moment(5, true, 0, OptionalDouble.empty()))).isTrue();
    }

    /** Daly's formula by hand for C = 10 s, M = 4 h: √(288000) · (1 + √(10/28800)/3 + 10/28800/9) - 10 = 530.010. */
    @Test
    void autoTakesTheIntervalOfYoungAndDaly() {
        assertThat(SaveInterval.daly(10, 4 * 3600)).isCloseTo(530.010, within(0.001));
        assertThat(SaveInterval.daly(100, 50)).isEqualTo(50);
        SaveRule auto = SaveRule.parse("auto");
        assertThat(auto.due(moment(5, false, 1e9, OptionalDouble.empty()))).as("no cost is known yet").isFalse();
        assertThat(auto.due(moment(5, false, 530, OptionalDouble.of(10)))).isFalse();
        assertThat(auto.due(moment(5, false, 531, OptionalDouble.of(10)))).isTrue();
    }

    /**
     * The interval is 530.01 s. Steps of 60 s: the nearest end is at 540 s, after 9 steps. Steps of 100 s: the nearest is at 500 s, after
     * 5.
     */
    @Test
    void autoSavesAtTheStepNearestToTheInterval() {
        SaveRule.Auto auto = SaveRule.parse("auto").auto().orElseThrow();
        assertThat(due(auto, 10, 60)).isEqualTo(9);
        assertThat(due(auto, 10, 100)).isEqualTo(5);
        assertThat(SaveInterval.Choice.of(auto, 10, 60).steps()).isEqualTo(9);
        assertThat(SaveInterval.Choice.of(auto, 10, 100).steps()).isEqualTo(5);
        assertThat(SaveInterval.Choice.of(auto, 10, 5000).steps()).as("at every step").isEqualTo(1);
    }

    /** The first step at which a save is due. */
    private static long due(SaveRule.Auto auto, double secondsPerSave, double secondsPerStep) {
        return LongStream.iterate(1, n -> n + 1).filter(n -> auto.due(new SaveRule.Moment(new Position(n, STEPS_PER_EPOCH), false,
                n * secondsPerStep, OptionalDouble.of(secondsPerSave), OptionalDouble.of(secondsPerStep)))).findFirst().orElseThrow();
    }

    @Test
    void theUserCanChooseTheBoundOfAuto() {
        SaveRule.Auto strict = SaveRule.parse("auto:1h:0.5%").auto().orElseThrow();
        assertThat(strict.hoursBetweenFailures()).isEqualTo(1);
        assertThat(strict.interval(1)).as("1 s is 0.5 % of it; Young and Daly would take 84 s").isEqualTo(200);
        assertThat(SaveRule.parse("auto:1h:2%").auto().orElseThrow().interval(1)).isCloseTo(84.19, within(0.01));
    }

    @Test
    void theLargestNumberOfSavesIsKnownUnlessItDependsOnTime() {
        Position start = new Position(0, STEPS_PER_EPOCH);
        assertThat(mostSaves("end", start, 100)).hasValue(2);
        assertThat(mostSaves("1", start, 100)).as("at every step and at step 0").hasValue(101);
        assertThat(mostSaves("1ep", start, 100)).hasValue(12);
        assertThat(mostSaves("1ep,best", start, 100)).as("evaluated every 2 epochs").hasValue(17);
        assertThat(mostSaves("1ep", new Position(95, STEPS_PER_EPOCH), 100)).hasValue(3);
        assertThat(mostSaves("at:7,at:9", start, 100)).hasValue(4);
        assertThat(mostSaves("log", start, 100)).hasValue(9);
        assertThat(mostSaves("1ep", new Position(100, STEPS_PER_EPOCH), 100)).hasValue(1);
        assertThat(mostSaves("30s", start, 100)).isEmpty();
        assertThat(mostSaves("auto,1ep", start, 100)).isEmpty();
    }

    private static OptionalLong mostSaves(String rule, Position from, long until) {
        return SaveRule.parse(rule).mostSaves(from, until, TrainingTime.parse("2ep"));
    }

    /** Field bug 40: saving takes no more of the time than the bound. */
    @Test
    void autoNeverSpendsMoreOnSavingThanTheBound() {
        for (double cost : new double[] {1e-3, 1, 60, 3600}) {
            for (double hours : new double[] {0.001, 0.1, 4, 1000}) {
                double interval = SaveInterval.seconds(cost, hours * 3600, SaveInterval.MOST_OVERHEAD);
                assertThat(cost / interval).isLessThanOrEqualTo(SaveInterval.MOST_OVERHEAD * (1 + 1e-12));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0ep", "1e3", "at:", "at:-1", "auto:0h", "auto:h", "auto:0%", "auto:100%", "auto:2%:12h", "soon", "-5",
            "1ep best"})
    void aWordThatIsNoRuleIsRefused(String text) {
        assertThatThrownBy(() -> SaveRule.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("save-every").hasMessageContaining("1ep for epochs");
    }

    private static List<Long> due(String rule, long steps) {
        SaveRule parsed = SaveRule.parse(rule);
        return LongStream.rangeClosed(1, steps).filter(s -> parsed.due(moment(s, false, 0, OptionalDouble.empty()))).boxed().toList();
    }

    private static SaveRule.Moment moment(long step, boolean isBest, double seconds, OptionalDouble cost) {
        return new SaveRule.Moment(new Position(step, STEPS_PER_EPOCH), isBest, seconds, cost, OptionalDouble.of(0));
    }

    @Test
    void aRunThatNeverEndsHasNoNegativeNumberOfCheckpoints() {
        Position start = new Position(0, 10);
        for (String save : List.of("1", "1,best", "1ep,best,log")) {
            OptionalLong saves = SaveRule.parse(save).mostSaves(start, Long.MAX_VALUE, TrainingTime.steps(1));
            assertThat(saves.orElseThrow()).as(save).isPositive();
            for (String keep : List.of("all", "every:1", "every:1,last:3,best:1", "last:3,best:1")) {
                OptionalLong files = DiskDemand.of(RetentionPolicy.parse(keep, Ranking.min("loss")), 1000, saves, Long.MAX_VALUE, List.of())
                        .mostFiles();
                assertThat(files.orElse(Long.MAX_VALUE)).as("%s, %s", save, keep).isPositive();
            }
        }
    }
}
