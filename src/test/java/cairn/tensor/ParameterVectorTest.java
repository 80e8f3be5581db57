package cairn.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.state.ElementType;
import cairn.state.State;
import cairn.tensor.op.Samples;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("device")
class ParameterVectorTest {
    private static Layout layout() {
        return Layout.builder().add("0.dense/weight", new long[] {2, 3}, true).add("0.dense/bias", new long[] {3}, false).build();
    }

    @Test
    void theLayoutPutsOneTensorAfterTheOther() {
        Layout layout = layout();
        assertThat(layout.size()).isEqualTo(9);
        assertThat(layout.places()).extracting(Layout.Place::toString).containsExactly("0.dense/weight[2,3]@0", "0.dense/bias[3]@6");
        assertThat(layout.place("0.dense/bias").decays()).isFalse();
        assertThatThrownBy(() -> layout.place("bias")).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0.dense/bias");
        assertThatThrownBy(() -> Layout.builder().add("a", new long[] {1}, true).add("a", new long[] {2}, true))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'a'");
    }

    @Test
    void namedViewsAreTheFlatVector() {
        ParameterVector p = new ParameterVector(layout(), ElementType.F32);
        p.view("0.dense/weight").fill(1);
        p.view("0.dense/bias").fill(2);
        assertThat(p.flat().toDoubles()).isEqualTo(new double[] {1, 1, 1, 1, 1, 1, 2, 2, 2});
    }

    @Test
    void itsStateIsEachTensorUnderItsNameAndComesBack() {
        ParameterVector p = new ParameterVector(layout(), ElementType.F64);
        p.flat().set(Samples.numbers(9, "p"));
        State saved = State.of(p);
        assertThat(saved.entries().keySet()).containsExactly("0.dense/weight", "0.dense/bias");
        double[] before = p.flat().toDoubles();
        p.flat().fill(0);
        saved.into(p);
        assertThat(p.flat().toDoubles()).isEqualTo(before);
    }

    @Test
    void anEmptyLayoutHasNoState() {
        ParameterVector p = new ParameterVector(Layout.builder().build(), ElementType.F32);
        assertThat(State.of(p).entries()).isEmpty();
    }
}
