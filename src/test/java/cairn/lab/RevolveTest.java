package cairn.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SortedSet;
import org.junit.jupiter.api.Test;

class RevolveTest {

    /** The least number of steps by trying every place for the next state. */
    private static long byTrying(int l, int c, long[][] known) {
        if (l == 1) {
            return 0;
        }
        if (c == 1) {
            return (long) l * (l - 1) / 2;
        }
        if (known[l][c] == 0) {
            long least = Long.MAX_VALUE;
            for (int k = 1; k < l; k++) {
                least = Math.min(least, k + byTrying(k, c, known) + byTrying(l - k, c - 1, known));
            }
            known[l][c] = least;
        }
        return known[l][c];
    }

    @Test
    void theFormulaGivesTheLeastNumberOfSteps() {
        long[][] known = new long[81][9];
        for (int l = 1; l <= 80; l++) {
            for (int c = 1; c <= 8; c++) {
                assertThat(Revolve.steps(l, c)).as(l + " states, " + c + " places").isEqualTo(byTrying(l, c, known));
            }
        }
    }

    /** Griewank and Walther's example: 10 steps with 3 checkpoints need 2 repetitions, for β(3, 2) = 10. */
    @Test
    void theBinomialCoefficientSaysHowManyStatesCanBeRewound() {
        assertThat(Revolve.beta(3, 2)).isEqualTo(10);
        assertThat(Revolve.repetitions(10, 3)).isEqualTo(2);
        assertThat(Revolve.repetitions(11, 3)).isEqualTo(3);
        assertThat(Revolve.steps(10, 3)).isEqualTo(2 * 10 - Revolve.beta(4, 1));
    }

    @Test
    void thePlacementKeepsTheFirstAndNoMoreThanThereIsRoomFor() {
        for (int room = 1; room < 12; room++) {
            SortedSet<Long> kept = Revolve.placement(100, room);
            assertThat(kept).hasSize(room).contains(0L).allMatch(step -> step < 100);
        }
        assertThat(Revolve.placement(3, 10)).containsExactly(0L, 1L, 2L);
    }
}
