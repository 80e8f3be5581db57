package cairn.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cairn.GoldenValues;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {

    @Test
    void wilsonEqualsTheFormulaForGoldenPairs() {
        GoldenValues golden = GoldenValues.of("metrics").under("wilson");
        int[] successes = golden.integers("successes");
        int[] trials = golden.integers("trials");
        double[][] expected = golden.rows("interval");
        for (int i = 0; i < successes.length; i++) {
            Interval found = Interval.wilson(successes[i], trials[i]);
            assertThat(found.low()).as("low of %d/%d", successes[i], trials[i]).isCloseTo(expected[i][0], within(1e-12));
            assertThat(found.high()).as("high of %d/%d", successes[i], trials[i]).isCloseTo(expected[i][1], within(1e-12));
        }
    }

    @Test
    void wilsonContainsTheProportionAndStaysInsideZeroAndOne() {
        for (int n = 1; n < 60; n++) {
            for (int k = 0; k <= n; k++) {
                Interval found = Interval.wilson(k, n);
                assertThat(found.contains((double) k / n)).as("%d/%d", k, n).isTrue();
                assertThat(found.low()).isGreaterThanOrEqualTo(0);
                assertThat(found.high()).isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void noTrialsSayNothingAboutAProportion() {
        assertThat(Interval.wilson(0, 0)).isEqualTo(new Interval(0, 1));
    }

    @Test
    void oneValueOrAnInfiniteOneSaysNothingAboutAMean() {
        assertThat(Interval.ofMean(3, Double.NaN, 1)).isEqualTo(Interval.UNKNOWN);
        assertThat(Interval.ofMean(Double.NaN, 1, 9)).isEqualTo(Interval.UNKNOWN);
        assertThat(Interval.ofMean(Double.POSITIVE_INFINITY, 1, 9)).isEqualTo(Interval.UNKNOWN);
        assertThat(Interval.ofMean(3, 1, 2).isKnown()).isTrue();
    }

    /** Quantiles of Student's distribution with 7, 9,999 and 59,999 degrees of freedom, by way of the inverse incomplete beta function. */
    @ParameterizedTest
    @CsvSource({"8, 2.364624251592785", "10000, 1.960201263620778", "60000, 1.960003523829905"})
    void aMeanGetsStudentsInterval(long n, double t) {
        Interval found = Interval.ofMean(5, 2, n);
        assertThat((found.high() - 5) * Math.sqrt(n) / 2).isCloseTo(t, within(1e-8));
        assertThat(found.high() - 5).isCloseTo(5 - found.low(), within(1e-12));
    }

    @Test
    void printsPercentWithAsManyDecimalsAsItsWidthNeeds() {
        assertThat(new Interval(0.97912, 0.98487).percent()).isEqualTo("[97.9, 98.5]");
        assertThat(new Interval(0.99123, 0.99262).percent()).isEqualTo("[99.12, 99.26]");
        assertThat(new Interval(0, 1).percent()).isEqualTo("[0.0, 100.0]");
        assertThat(new Interval(1, 1).percent()).isEqualTo("[100.0, 100.0]");
        assertThat(new Interval(0.12131, 0.144249)).hasToString("[0.1213, 0.1442]");
        assertThat(Interval.UNKNOWN).hasToString("[unknown]");
    }

    @Test
    void anEstimatePrintsItsValueAndWhatIsKnownOfIt() {
        assertThat(Estimate.proportion(9822, 10000)).hasToString("98.22 % [97.9, 98.5]");
        assertThat(Estimate.real(0.061213, new Interval(0.05714, 0.06528))).hasToString("0.06121 [0.05714, 0.06528]");
        assertThat(Estimate.real(0.5, Interval.UNKNOWN)).hasToString("0.5000");
    }

    @Test
    void refusesWhatIsNoIntervalAndNoProportion() {
        assertThatThrownBy(() -> new Interval(2, 1)).hasMessage("an interval needs low <= high, found low 2.0, high 1.0");
        assertThatThrownBy(() -> new Interval(Double.NaN, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Interval.wilson(3, 2)).hasMessageContaining("found successes 3, trials 2");
        assertThatThrownBy(() -> Interval.wilson(-1, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Interval.wilson(1, 1L << 31)).isInstanceOf(IllegalArgumentException.class);
    }
}
