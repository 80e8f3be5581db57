package cairn.bench.jmh;

import cairn.optim.Adam;
import cairn.optim.Optimizer;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Convolutions;
import cairn.tensor.op.Convolutions.Geometry;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.Magnitude;
import cairn.tensor.op.Pooling;
import cairn.tensor.op.Products;
import cairn.tensor.op.Reductions;
import cairn.tensor.op.Rows;
import cairn.tensor.op.ScalarOperation;
import cairn.tensor.op.Updates;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Single prepared operations, float32, with the shapes of the tiny network, the MLP and the CNN of the comparison with other libraries. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Operations {
    private static final int BATCH = 128;
    /** Parameters of the MLP. */
    private static final int PARAMETERS = 669_706;
    private static final double RATE = 1e-6;

    /** The operation. */
    @Param({"product 16x4x16", "product 128x784x512", "product 128x512x512", "product 784x128x512 of a transpose", "product 128x512x10",
        "product 128x3136x128", "bias 128x512", "bias gradient 128x512", "relu 128x512", "relu gradient 128x512", "relu 128x28x28x32",
        "relu gradient 128x28x28x32", "softmax 128x10", "max-pool 128x28x28x32", "max-pool gradient 128x28x28x32",
        "convolution 28x28x1 to 32",
        "convolution weight gradient 28x28x1 to 32", "convolution 14x14x32 to 64", "convolution gradients 14x14x32 to 64", "adam 669706",
        "add scaled 669706", "sum of squares 669706", "magnitude 669706", "sum 128"})
    public String operation;

    private Operation prepared;

    /** Wires the operation. */
    @Setup
    public void wire() {
        Geometry same = new Geometry(1, 1, true);
        Geometry halves = new Geometry(2, 1, false);
        prepared = switch (operation) {
            case "product 16x4x16" -> Products.product(array(16, 4), array(4, 16), array(16, 16));
            case "product 128x784x512" -> Products.product(array(BATCH, 784), array(784, 512), array(BATCH, 512));
            case "product 128x512x512" -> Products.product(array(BATCH, 512), array(512, 512), array(BATCH, 512));
            case "product 784x128x512 of a transpose" -> Products.product(array(BATCH, 784).transposed(), array(BATCH, 512),
                    array(784, 512));
            case "product 128x512x10" -> Products.product(array(BATCH, 512), array(512, 10), array(BATCH, 10));
            case "product 128x3136x128" -> Products.product(array(BATCH, 3136), array(3136, BATCH), array(BATCH, BATCH));
            case "bias 128x512" -> Rows.addPerColumn(array(BATCH, 512), array(512));
            case "bias gradient 128x512" -> Rows.sumOverRows(array(BATCH, 512), array(512));
            case "relu 128x512" -> Elementwise.relu(array(BATCH, 512), array(BATCH, 512));
            case "relu gradient 128x512" -> reluGradient(BATCH, 512);
            case "relu 128x28x28x32" -> Elementwise.relu(array(BATCH, 28, 28, 32), array(BATCH, 28, 28, 32));
            case "relu gradient 128x28x28x32" -> reluGradient(BATCH, 28, 28, 32);
            case "softmax 128x10" -> softmax();
            case "max-pool 128x28x28x32" -> Pooling.max(2, halves, array(BATCH, 28, 28, 32), array(BATCH, 14, 14, 32));
            case "max-pool gradient 128x28x28x32" -> Pooling.maxGradient(2, halves, array(BATCH, 28, 28, 32), array(BATCH, 14, 14, 32),
                    array(BATCH, 14, 14, 32), array(BATCH, 28, 28, 32));
            case "convolution 28x28x1 to 32" ->
                    Convolutions.convolve(same, array(BATCH, 28, 28, 1), array(3, 3, 1, 32), array(32), array(BATCH, 28, 28, 32));
            case "convolution weight gradient 28x28x1 to 32" -> Convolutions.weightGradient(same, array(BATCH, 28, 28, 1),
                    array(3, 3, 1, 32), array(BATCH, 28, 28, 32), array(3, 3, 1, 32));
            case "convolution 14x14x32 to 64" ->
                    Convolutions.convolve(same, array(BATCH, 14, 14, 32), array(3, 3, 32, 64), array(64), array(BATCH, 14, 14, 64));
            case "convolution gradients 14x14x32 to 64" -> Convolutions.gradients(same, array(BATCH, 14, 14, 32), array(3, 3, 32, 64),
                    array(BATCH, 14, 14, 64), array(BATCH, 14, 14, 32), array(3, 3, 32, 64));
            case "adam 669706" -> adam();
            case "add scaled 669706" -> {
                ScalarOperation add = Updates.addScaled(array(PARAMETERS), array(PARAMETERS));
                yield key -> add.run(RATE);
            }
            case "sum of squares 669706" -> Reductions.sumOfSquares(array(PARAMETERS), Array.zeros(ElementType.F32));
            case "magnitude 669706" -> {
                Magnitude magnitude = Magnitude.of(array(PARAMETERS));
                yield key -> magnitude.bound();
            }
            case "sum 128" -> Reductions.sum(array(BATCH, 1), Array.zeros(ElementType.F32));
            default -> throw new IllegalArgumentException("no operation " + operation);
        };
    }

    private static Operation reluGradient(long... shape) {
        return Elementwise.reluGradient(array(shape), array(shape), array(shape));
    }

    private static Operation softmax() {
        Array x = array(BATCH, 10);
        Array row = array(BATCH, 1);
        Array p = array(BATCH, 10);
        return Operation.sequence(Rows.maxOverColumns(x, row), Rows.subtractPerRow(x, row, p), Elementwise.exp(p, p),
                Rows.sumOverColumns(p, row), Elementwise.reciprocal(1, row, row), Rows.multiplyPerRow(p, row, p));
    }

    private static Operation adam() {
        Map<String, Array> slots = Map.of("m", array(PARAMETERS), "v", array(PARAMETERS));
        Array theta = array(PARAMETERS);
        Array gradient = array(PARAMETERS);
        Optimizer.Update adam = Adam.of(RATE).wire(new Optimizer.Vectors() {
            @Override
            public Array theta() {
                return theta;
            }

            @Override
            public Array grad() {
                return gradient;
            }

            @Override
            public Array slot(String name) {
                return slots.get(name);
            }

            @Override
            public Array scratch() {
                throw new IllegalStateException("Adam needs none");
            }

            @Override
            public List<Optimizer.Decaying> decaying() {
                return List.of();
            }
        });
        // At rate 0 the direction is computed, but the weights do not change.
        return key -> adam.apply(0, 1);
    }

    /** Numbers of both signs, because the time of some operations depends on the sign. */
    private static Array array(long... shape) {
        Array array = Array.zeros(ElementType.F32, shape);
        double[] values = new double[Math.toIntExact(array.size())];
        Key key = Key.of(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = key.uniform(i) - 0.5;
        }
        array.set(values);
        return array;
    }

    /** One call. */
    @Benchmark
    public void run() {
        prepared.run(Key.of(0));
    }
}
