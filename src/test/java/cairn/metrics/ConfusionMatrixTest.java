package cairn.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {

    @Test
    void countsByLabelAndPrediction() {
        ConfusionMatrix m = sample().matrix();
        assertThat(m.count(0, 0)).isEqualTo(2);
        assertThat(m.count(0, 1)).isEqualTo(1);
        assertThat(m.count(1, 0)).isEqualTo(0);
        assertThat(m.count(2, ConfusionMatrix.NOTHING)).isEqualTo(1);
        assertThat(m.labelled(0)).isEqualTo(3);
        assertThat(m.labelled(2)).isEqualTo(1);
        assertThat(m.predicted(1)).isEqualTo(1);
        assertThat(m.predicted(ConfusionMatrix.NOTHING)).isEqualTo(1);
        assertThat(m.correct()).isEqualTo(2);
        assertThat(m.total()).isEqualTo(4);
    }

    @Test
    void countingOnDoesNotChangeAMatrix() {
        ConfusionMatrix.Tally tally = sample();
        ConfusionMatrix before = tally.matrix();
        assertThat(tally.matrix()).isEqualTo(before).hasSameHashCodeAs(before);
        tally.add(1, 1);
        assertThat(before.total()).isEqualTo(4);
        assertThat(tally.matrix()).isNotEqualTo(before);
    }

    @Test
    void printsOneLinePerLabel() {
        assertThat(sample().matrix().toString().lines()).containsExactly(
                "label\\predicted 0 1 2 -",
                "              0 2 1 0 0",
                "              1 0 0 0 0",
                "              2 0 0 0 1");
    }

    @Test
    void refusesClassesThatAreNotThere() {
        assertThatThrownBy(() -> sample().add(3, 0)).hasMessage("label 3 is not one of the 3 classes 0..2");
        assertThatThrownBy(() -> sample().add(-1, 0)).hasMessageContaining("label -1");
        assertThatThrownBy(() -> sample().add(0, 3)).hasMessageContaining("predicted class 3 is not one of the 3 classes 0..2");
        assertThatThrownBy(() -> sample().add(0, -2)).hasMessageContaining("predicted class -2");
        assertThatThrownBy(() -> new ConfusionMatrix.Tally(1)).hasMessage("a confusion matrix needs at least 2 classes, found 1");
    }

    private static ConfusionMatrix.Tally sample() {
        ConfusionMatrix.Tally tally = new ConfusionMatrix.Tally(3);
        tally.add(0, 0);
        tally.add(0, 0);
        tally.add(0, 1);
        tally.add(2, ConfusionMatrix.NOTHING);
        return tally;
    }
}
