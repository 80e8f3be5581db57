package cairn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SaveRuleTest {
    private static final int STEPS_PER_EPOCH = 10;

    @ParameterizedTest
    @ValueSource(strings = {"100", "1ep", "0.5ep", "30s", "1.5s", "best", "at:250", "log", "auto", "auto:12h", "end", "1ep,best", "at:3,at:7,log"})
    void whatIsWrittenIsReadAgain(String text) {
        assertThat(SaveRule.parse(text).toString()).isEqualTo(text);
        assertThat(SaveRule.parse(SaveRule.parse(text).toString())).isEqualTo(SaveRule.parse(text));
    }

    @Test
    void stepsEpochsNamedStepsAndPowersOfTwoAreDueThere() {
        assertThat(due("4", 12)).containsExactly(4L, 8L, 12L);
        assertThat(due("1ep", 30)).containsExactly(10L, 20L, 30L);
        assertThat(due("0.5ep", 12)).containsExactly(5L, 10L);
        assertThat(due("at:3,at:7", 12)).containsExactly(3L, 7L);
        assertThat(due("log", 40)).containsExactly(1L, 2L, 4L, 8L, 16L, 32L);
        assertThat(due("end", 40)).isEmpty();
    }

    @Test
    void secondsAndTheBestAreAsked() {
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

    @Test
    void autoNeverSpendsMoreOnSavingThanTheBound() {
        for (double cost : new double[] {1e-3, 1, 60, 3600}) {
            for (double hours : new double[] {0.001, 0.1, 4, 1000}) {
                double interval = SaveInterval.seconds(cost, hours * 3600);
                assertThat(cost / interval).isLessThanOrEqualTo(SaveInterval.MOST_OVERHEAD * (1 + 1e-12));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0ep", "1e3", "at:", "at:-1", "auto:0h", "auto:h", "soon", "-5", "1ep best"})
    void whatIsNoRuleIsRefused(String text) {
        assertThatThrownBy(() -> SaveRule.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("save-every").hasMessageContaining("1ep for epochs");
    }

    private static List<Long> due(String rule, long steps) {
        SaveRule parsed = SaveRule.parse(rule);
        return LongStream.rangeClosed(1, steps).filter(s -> parsed.due(moment(s, false, 0, OptionalDouble.empty()))).boxed().toList();
    }

    private static SaveRule.Moment moment(long step, boolean isBest, double seconds, OptionalDouble cost) {
        return new SaveRule.Moment(new Position(step, STEPS_PER_EPOCH), isBest, seconds, cost);
    }
}
