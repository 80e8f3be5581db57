package cairn.tensor.op;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.random.Key;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import org.nd4j.linalg.api.ops.random.impl.DropOutInverted;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Random masks. ND4J's generator is a hash of two state words and the element's index, equal on a CPU and a GPU. Both words come from the
 * key at every run, so there is no generator whose state must be saved, and the global one is never used.
 */
public final class DropoutMask {
    private record Mask(Operation ones, @Ephemeral(value = "a prepared call", kind = WIRING) DropOutInverted op,
            @Ephemeral(value = "its state is set from the key before each run", kind = WIRING) Random generator, String name)
            implements Operation {
        @Override
        public void run(Key key) {
            ones.run(key);
            Key mine = key.fold(name);
            // Never 0: ND4J takes a zero word for "use the clock".
            generator.setStates(mine.bits(0) | 1L, mine.bits(1) | 1L);
            Nd4j.getExecutioner().exec(op, generator);
        }
    }

    private DropoutMask() {
    }

    /**
     * mask = 1 / keep with probability {@code keep}, else 0, each element by itself; a pure function of the key that the
     * operation is run with and of {@code name}.
     *
     * @param name the layer's path; it is folded into the step's key
     */
    public static Operation mask(double keep, String name, Array mask) {
        // ND4J's operation multiplies by the mask; over ones it gives the mask itself, which serves both passes.
        Operation ones = Elementwise.fill(1, mask);
        DropOutInverted op = new DropOutInverted(mask.nd(), mask.nd(), keep);
        Random generator = Nd4j.getRandomFactory().getNewRandomInstance(1L);
        return new Mask(ones, op, generator, name);
    }
}
