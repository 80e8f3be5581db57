package cairn.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cairn.recipe.BuiltInRecipes;
import cairn.state.State;
import cairn.state.Value;
import cairn.train.Trainer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeightVectorTest {

    @Test
    void readAndPutBackNothingHasChanged() throws IOException {
        try (Trainer trainer = Trainer.fresh(BuiltInRecipes.get("digits"))) {
            trainer.trainTo(3);
            State state = trainer.snapshot();
            WeightVector weights = WeightVector.of(state);
            assertThat(weights.values()).hasSize(Math.toIntExact(trainer.recipe().parameterCount(trainer.data().splits().train().shape())));
            assertThat(weights.paths()).noneMatch(path -> path.contains("running"));
            assertThat(weights.into(state)).isEqualTo(state);
            assertThat(weights.towards(weights, 0.3).relativeDistance(weights)).isLessThan(1e-15);
        }
    }

    @Test
    void meansAndDistancesAreThoseOfVectors() {
        WeightVector a = new WeightVector(List.of("model/w"), new double[] {0, 3});
        WeightVector b = new WeightVector(List.of("model/w"), new double[] {4, 0});
        assertThat(a.distance(b)).isEqualTo(5);
        assertThat(a.relativeDistance(b)).isEqualTo(1.25);
        assertThat(WeightVector.mean(List.of(a, b)).values()).containsExactly(2, 1.5);
        assertThat(a.towards(b, 0.25).values()).containsExactly(1, 2.25);
    }

    @Test
    void aFlippedBitIsOneEntryAndOneElement() throws IOException {
        try (Trainer trainer = Trainer.fresh(BuiltInRecipes.get("iris"))) {
            State state = trainer.snapshot();
            WeightVector changed = WeightVector.of(state);
            changed.values()[5] += 1;
            State other = changed.into(state);
            assertThat(other.diff(state)).hasSize(1);
            Value.Tensor t = other.tensor(other.diff(state).get(0).path());
            assertThat(t.get(5) - state.tensor(other.diff(state).get(0).path()).get(5)).isEqualTo(1, within(1e-6));
        }
    }
}
