package cairn.examples;

import cairn.audit.CompletenessAudit;
import cairn.data.source.BuiltInData;
import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.nn.layer.Dense;
import cairn.optim.Adam;
import cairn.recipe.Recipe;
import cairn.tensor.op.Elementwise;
import cairn.train.Trainer;
import java.io.IOException;

/** A layer of your own: a record, with its forward and its backward pass side by side. It needs no registration. */
public final class OwnLayer {
    private OwnLayer() {
    }

    /** y = c·x². */
    public record Parabola(double c) implements Layer {
        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            t.forward(Elementwise.square(t.x(), t.y()), Elementwise.scale(t.y(), c, t.y()));
            t.backwardToInput(
                    () -> Elementwise.multiply(t.x(), t.dy(), t.dx()),
                    () -> Elementwise.scale(t.dx(), 2 * c, t.dx()));
        }
    }

    public static void main(String[] args) throws IOException {
        Recipe recipe = Recipe.named("moons-by-parabolas")
                .data(new BuiltInData.Moons(400, 0.1, 1))
                .model(Dense.of(16), new Parabola(0.5), Dense.of(2))
                .optimizer(Adam.of(0.01))
                .build();
        System.out.println(recipe.toYaml());
        try (Trainer trainer = Trainer.fresh(recipe)) {
            while (trainer.position().epoch() < 20) {
                trainer.step();
            }
            // A layer that remembered something outside its state would fail here; see docs/LAWS.md.
            CompletenessAudit.of(trainer).requireComplete();
            System.out.println(trainer.evaluate(trainer.data().splits().test()).measures());
        }
    }
}
