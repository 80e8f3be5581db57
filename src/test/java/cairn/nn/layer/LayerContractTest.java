package cairn.nn.layer;

import static cairn.tensor.op.Samples.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import cairn.nn.Layer;
import cairn.nn.Network;
import cairn.nn.Program;
import cairn.nn.layer.LayerCases.Case;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.tensor.Array;
import cairn.tensor.ParameterVector;
import cairn.tensor.op.Samples;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The laws of {@link Layer}, for every layer. */
@Tag("device")
class LayerContractTest {

    static List<Case> layers() {
        return LayerCases.all();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void theOutputHasTheDeclaredShape(Case c) {
        long[] declared = c.layer().outputShape(c.in());
        long[] found = c.bench(ElementType.F32).training.output().shape();
        assertThat(found[0]).isEqualTo(c.batch());
        assertThat(Arrays.copyOfRange(found, 1, found.length)).isEqualTo(declared);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void theGradientsAreThoseOfDifferenceQuotients(Case c) {
        Bench t = c.bench(ElementType.F64);
        double[] quotients = t.differences();
        t.forward();
        double[] gradient = t.backward();
        // Relative to a gradient, or to 1e-3 where it is smaller than what the quotient can resolve.
        assertClose("gradient", gradient, quotients, 1e-6, 1e-3);
    }

    /** Layers with parameters and without random numbers: a layer's path, and so its mask, changes when the layer before it is removed. */
    static Stream<Case> trained() {
        return layers().stream().filter(c -> !c.layer().parameters(c.in()).isEmpty() && !c.toString().contains("Dropout"));
    }

    @ParameterizedTest
    @MethodSource("trained")
    void withoutDxTheOtherGradientsAreTheSame(Case c) {
        Bench t = c.bench(ElementType.F64);
        Network first = new Network(Sequential.of(c.layer()), c.in(), ElementType.F64, Key.of(1));
        ParameterVector gradient = new ParameterVector(first.parameters().layout(), ElementType.F64);
        first.parameters().layout().places().forEach(p ->
                first.parameters().view(p.name()).assign(t.network.parameters().view("1" + p.name().substring(1))));
        Program wired = first.training(c.batch(), new WeightedSum(), gradient);
        wired.x().assign(t.x());
        wired.target().assign(t.dy());
        wired.forward(Bench.KEY);
        wired.backward(Bench.KEY, 1);
        t.forward();
        double[] all = t.backward();
        double[] expected = Arrays.copyOfRange(all, (int) t.x().size(), all.length);
        assertClose("gradient", gradient.flat().toDoubles(), expected, 1e-12, 1);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void forwardIsAFunctionOfItsInputAndKeyAlone(Case c) {
        Bench t = c.bench(ElementType.F32);
        double[] x = t.x().toDoubles();
        double[] first = t.forward();
        assertThat(t.forward()).isEqualTo(first);
        t.x().set(Samples.numbers(x.length, "another x"));
        t.forward();
        t.backward();
        t.x().set(x);
        assertThat(t.forward()).isEqualTo(first);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void twoWiringsGiveTheSameBits(Case c) {
        Bench one = c.bench(ElementType.F32);
        Bench two = c.bench(ElementType.F32);
        for (int step = 0; step < 3; step++) {
            assertThat(two.forward()).isEqualTo(one.forward());
            assertThat(two.backward()).isEqualTo(one.backward());
        }
        assertThat(State.of(two.network).digest()).isEqualTo(State.of(one.network).digest());
    }

    @ParameterizedTest
    @MethodSource("layers")
    void backwardIsLinearInDy(Case c) {
        Bench t = c.bench(ElementType.F64);
        double[] one = t.dy().toDoubles();
        double[] other = Samples.numbers(one.length, "another dy");
        t.forward();
        double[] ofOne = t.backward();
        t.dy().set(other);
        double[] ofOther = t.backward();
        double[] mixed = new double[one.length];
        Arrays.setAll(mixed, i -> 2 * one[i] - 0.5 * other[i]);
        t.dy().set(mixed);
        double[] expected = new double[ofOne.length];
        Arrays.setAll(expected, i -> 2 * ofOne[i] - 0.5 * ofOther[i]);
        assertClose("gradient", t.backward(), expected, 1e-10, 1);
        t.dy().fill(0);
        assertThat(DoubleStream.of(t.backward()).map(Math::abs).max().orElse(0)).isZero();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void backwardOverwritesTheGradientsAndNothingElse(Case c) {
        Bench t = c.bench(ElementType.F32);
        double[] y = t.forward();
        double[] first = t.backward();
        State before = State.of(t.network);
        t.gradient.flat().fill(Double.NaN);
        assertThat(t.backward()).isEqualTo(first);
        assertThat(State.of(t.network).digest()).isEqualTo(before.digest());
        assertThat(t.training.output().toDoubles()).isEqualTo(y);
    }

    static Stream<Case> byRow() {
        return layers().stream().filter(Case::rowsIndependent);
    }

    @ParameterizedTest
    @MethodSource("byRow")
    void rowsAreIndependent(Case c) {
        Bench t = c.bench(ElementType.F64);
        double[] x = t.x().toDoubles();
        double[] y = t.forward();
        t.backward();
        double[] dx = t.dx().toDoubles();
        double[] another = Samples.numbers(x.length, "another x");
        double[] moved = x.clone();
        System.arraycopy(another, 0, moved, 0, x.length / c.batch());
        t.x().set(moved);
        double[] changed = t.forward();
        t.backward();
        assertClose("y of the other rows", rest(changed, c.batch()), rest(y, c.batch()), 1e-12, 1);
        assertClose("dx of the other rows", rest(t.dx().toDoubles(), c.batch()), rest(dx, c.batch()), 1e-12, 1);
    }

    private static double[] rest(double[] rows, int batch) {
        return Arrays.copyOfRange(rows, rows.length / batch, rows.length);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void anEvaluationNeedsNoKeyAndChangesNothing(Case c) {
        Bench t = c.bench(ElementType.F32);
        t.forward();
        State before = State.of(t.network);
        Program evaluation = t.evaluation();
        evaluation.target().assign(t.dy());
        Key none = null;
        evaluation.forward(none);
        double[] first = evaluation.output().toDoubles();
        evaluation.forward(none);
        assertThat(evaluation.output().toDoubles()).isEqualTo(first);
        assertThat(State.of(t.network).digest()).isEqualTo(before.digest());
        boolean alike = c.rowsIndependent() && !c.toString().contains("Dropout");
        if (alike) {
            assertThat(first).as("the same as in training").isEqualTo(t.forward());
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void floatAgreesWithDouble(Case c) {
        Bench narrow = c.bench(ElementType.F32);
        Bench wide = c.bench(ElementType.F64);
        assertClose("y", narrow.forward(), wide.forward(), 1e-5, 1);
        double[] exact = wide.backward();
        double scale = DoubleStream.of(exact).map(Math::abs).max().orElse(1);
        assertClose("gradient", narrow.backward(), exact, 1e-5, scale);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void aNanInTheInputIsSeenInTheOutput(Case c) {
        for (ElementType type : List.of(ElementType.F32, ElementType.F64)) {
            Bench t = c.bench(type);
            Array x = t.x();
            // The first number: in a VALID window wherever it is.
            x.view(0, 1).fill(Double.NaN);
            assertThat(DoubleStream.of(t.forward()).anyMatch(Double::isNaN)).isTrue();
            Program evaluation = t.evaluation();
            evaluation.forward(Bench.KEY);
            assertThat(DoubleStream.of(evaluation.output().toDoubles()).anyMatch(Double::isNaN)).isTrue();
        }
    }
}
