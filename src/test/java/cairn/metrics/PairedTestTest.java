package cairn.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cairn.random.Key;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PairedTestTest {

    /** {@code both} rows that both are right about, and so on. */
    private static PairedTest of(int both, int onlyFirst, int onlySecond, int neither) {
        int n = both + onlyFirst + onlySecond + neither;
        boolean[] first = new boolean[n];
        boolean[] second = new boolean[n];
        for (int i = 0; i < n; i++) {
            first[i] = i < both + onlyFirst;
            second[i] = i < both || i >= both + onlyFirst && i < both + onlyFirst + onlySecond;
        }
        return PairedTest.between(scores(new double[n], first), scores(new double[n], second));
    }

    private static Scores scores(double[] losses, boolean[] right) {
        return new Scores(null, losses, Optional.ofNullable(right));
    }

    private static PairedTest ofLosses(double[] first, double[] second) {
        return PairedTest.between(scores(first, null), scores(second, null));
    }

    /** binom.test(c(b, c))$p.value in R: 2 * P(X <= min(b, c)) for a fair coin, at most 1. */
    @Test
    void mcNemarIsTheBinomialTestOfTheRowsOnWhichTheyDisagree() {
        assertThat(of(10, 1, 9, 3).p()).isCloseTo(2 * 11.0 / 1024, within(1e-12));
        assertThat(of(90, 9, 1, 0).p()).as("and knows no direction").isCloseTo(2 * 11.0 / 1024, within(1e-12));
        assertThat(of(10, 5, 5, 0).p()).isEqualTo(1);
        assertThat(of(10, 0, 0, 5).p()).isEqualTo(1);
        assertThat(of(0, 0, 20, 0).p()).isCloseTo(2 / Math.pow(2, 20), within(1e-15));
        PairedTest test = of(10, 1, 9, 3);
        assertThat(List.of(test.onlyFirst(), test.onlySecond())).containsExactly(1L, 9L);
        assertThat(test.difference().value()).isCloseTo(8.0 / 23, within(1e-12));
        assertThat(test.difference().interval().contains(0)).isFalse();
    }

    /** t = mean / (s / √n) = 0.5 / (0.5774 / 2) = 1.7321 with 3 degrees of freedom: p = 0.1817 (t.test in R). */
    @Test
    void lossesArePairedByStudentsTest() {
        PairedTest test = ofLosses(new double[] {1, 2, 3, 4}, new double[] {1, 2, 4, 5});
        assertThat(test.p()).isCloseTo(0.18169, within(1e-5));
        assertThat(test.difference().value()).isEqualTo(0.5);
        assertThat(ofLosses(new double[] {1, 2}, new double[] {1, 2}).p()).isEqualTo(1);
        assertThat(ofLosses(new double[] {1, 2}, new double[] {1, Double.NaN}).p()).isNaN();
        assertThat(ofLosses(new double[] {1}, new double[] {2}).p()).isNaN();
        assertThat(ofLosses(new double[] {1, 2}, new double[] {2, 3}).difference().interval().isKnown()).isFalse();
    }

    /** Of models that do not differ at most one in twenty tests may say that they do; an exact test says so more rarely. */
    @Test
    void falseAlarmsAreAsRareAsPromised() {
        Key key = Key.of(3);
        int alarms = 0;
        int alarmsOfLosses = 0;
        for (int trial = 0; trial < 400; trial++) {
            Key k = key.fold(trial);
            boolean[][] right = new boolean[2][60];
            double[][] losses = new double[2][60];
            for (int model = 0; model < 2; model++) {
                for (int i = 0; i < 60; i++) {
                    right[model][i] = k.fold(model).uniform(i) < 0.7;
                    losses[model][i] = k.fold(model).gaussian(1000 + i);
                }
            }
            alarms += PairedTest.between(scores(losses[0], right[0]), scores(losses[1], right[1])).p() < 0.05 ? 1 : 0;
            alarmsOfLosses += ofLosses(losses[0], losses[1]).p() < 0.05 ? 1 : 0;
        }
        assertThat(alarms).isBetween(1, 25);
        assertThat(alarmsOfLosses).isBetween(8, 34);
    }

    @Test
    void manyTestsAreCorrectedAsHolmSays() {
        assertThat(PairedTest.holm(List.of(0.01, 0.04, 0.03, 0.005))).usingElementComparator((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : 1)
                .containsExactly(0.03, 0.06, 0.06, 0.02);
        assertThat(PairedTest.holm(List.of(0.9, 0.8))).containsExactly(1.0, 1.0);
        assertThat(PairedTest.holm(List.of(0.01, Double.NaN)).get(1)).isNaN();
        assertThat(PairedTest.holm(List.of())).isEmpty();
    }

    @Test
    void otherRowsCannotBePaired() {
        assertThatThrownBy(() -> ofLosses(new double[2], new double[3])).hasMessageContaining("2 rows with 3");
    }
}
