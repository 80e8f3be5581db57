package cairn.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;

import cairn.nn.Activation;
import cairn.nn.Layer;
import cairn.nn.Network;
import cairn.nn.Program;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.AllocationDryRun;
import cairn.tensor.Array;
import cairn.tensor.ParameterVector;
import cairn.tensor.device.Backend;
import cairn.tensor.op.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is computed together has the bits of what is computed layer by layer. A layer in a block of its own is no neighbour, so its network is
 * wired layer by layer.
 */
@Tag("device")
class NeighboursTest {
    private static final int BATCH = 3;

    record Case(Layer first, Layer second, long... in) {
        @Override
        public String toString() {
            return first + ", " + second + " on " + Arrays.toString(in);
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Layer pool : List.of(MaxPool2d.of(2), MaxPool2d.of(3), new MaxPool2d(2, 2, Padding.SAME), new MaxPool2d(3, 2, Padding.VALID),
                new MaxPool2d(2, 3, Padding.VALID), new AveragePool2d(2, 2, Padding.VALID))) {
            cases.add(new Case(new Relu(), pool, 6, 6, 3));
            cases.add(new Case(new Relu(), pool, 7, 5, 8));
        }
        cases.add(new Case(new Tanh(), MaxPool2d.of(2), 6, 6, 3));
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theBitsAreThoseOfOneLayerAfterTheOther(Case c) {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            Wired together = new Wired(type, c, c.first(), c.second());
            Wired apart = new Wired(type, c, Sequential.of(c.first()), c.second());
            for (int step = 0; step < 2; step++) {
                assertThat(together.forward()).isEqualTo(apart.forward());
                assertThat(together.gradient()).isEqualTo(apart.gradient());
            }
            assertThat(together.between("1." + c.first().kind())).as("what lies between").isEqualTo(apart.between("1.sequential"));
            // Looking changes nothing.
            assertThat(together.forward()).isEqualTo(apart.forward());
            assertThat(together.gradient()).isEqualTo(apart.gradient());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyLayerHasItsPlaceAmongTheActivations(Case c) {
        Wired wired = new Wired(ElementType.F32, c, c.first(), c.second());
        wired.forward();
        assertThat(wired.training.activations().stream().map(Activation::path))
                .containsExactly("", "0.held", "1." + c.first().kind(), "2." + c.second().kind());
        long[] between = wired.training.activations().get(2).y().shape();
        assertThat(Arrays.copyOfRange(between, 1, between.length)).isEqualTo(c.in());
    }

    /** The value between them and its gradient; on a device there are both. */
    @Test
    void whatLiesBetweenTakesNoMemory() {
        Case c = new Case(new Relu(), MaxPool2d.of(2), 16, 16, 16);
        long together = bytes(c, c.first(), c.second());
        long apart = bytes(c, Sequential.of(c.first()), c.second());
        long image = BATCH * 16 * 16 * 16 * Float.BYTES;
        assertThat(apart - together).isEqualTo(Backend.isDevice() ? 0 : 2 * image);
    }

    private static long bytes(Case c, Layer... layers) {
        return AllocationDryRun.bytes(Long.MAX_VALUE, () -> new Wired(ElementType.F32, c, layers).training.activations()).orElseThrow();
    }

    private static final class Wired {
        private final Network network;
        private final ParameterVector gradient;
        private final Program training;

        Wired(ElementType type, Case c, Layer... layers) {
            Layer[] all = Stream.concat(Stream.of(new Held(BATCH)), Stream.of(layers)).toArray(Layer[]::new);
            network = new Network(Sequential.of(all), c.in(), type, Key.of(1));
            gradient = new ParameterVector(network.parameters().layout(), type);
            training = network.training(BATCH, new WeightedSum(), gradient);
            Array x = network.parameters().view("0.held/x");
            // Whole numbers, so that windows have equal ones, and of both signs.
            x.set(Arrays.stream(Samples.numbers(x.size(), "x")).map(v -> Math.round(2 * v)).toArray());
            training.target().set(Samples.numbers(training.target().size(), "dy"));
        }

        double[] forward() {
            training.forward(Bench.KEY);
            return training.output().toDoubles();
        }

        double[] gradient() {
            gradient.flat().fill(Double.NaN);
            training.backward(Bench.KEY, 1);
            return Arrays.stream(gradient.flat().toDoubles()).map(g -> g + 0.0).toArray();
        }

        double[] between(String path) {
            return training.activations().stream().filter(a -> a.path().equals(path)).findFirst().orElseThrow().y().toDoubles();
        }
    }
}
