package cairn.recipe;

import cairn.data.Labels;
import cairn.data.Table;
import cairn.data.source.DataFolders;
import cairn.data.source.DataSource;
import cairn.data.source.LoadedData;
import cairn.nn.Layer;
import cairn.nn.Loss;
import cairn.nn.LossWiring;
import cairn.nn.Wiring;
import cairn.nn.init.Initializer;
import cairn.optim.Optimizer;
import cairn.optim.schedule.LrSchedule;
import cairn.random.Key;
import cairn.state.Ephemeral;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.Rows;
import cairn.tensor.op.ScalarOperation;
import cairn.tensor.op.Updates;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Components of a user, with names in YAML, found through {@link java.util.ServiceLoader}. */
public final class OwnComponents implements ComponentProvider {

    @Override
    public List<Component> components() {
        return List.of(Component.of(Layer.class, "stretch", new Stretch(1, Side.BOTH), "by"),
                Component.of(Layer.class, "forgetful", new Forgetful()), Component.of(Layer.class, "remembering", new Remembering()),
                Component.of(Layer.class, "scattering", new Scattering()),
                Component.of(Optimizer.class, "plain-descent",
                        new PlainDescent(0.1), "learning-rate"), Component.of(LrSchedule.class, "halving", new Halving(2)),
                Component.of(Loss.class, "half-distance", new HalfDistance()), Component.of(Initializer.class, "ramp", new Ramp(0.1)),
                Component.of(DataSource.class, "line", new Line(60)));
    }

    enum Side { BOTH, POSITIVE_ONLY }

    /** y = by · x. */
    record Stretch(double by, Side side) implements Layer {
        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            t.forward(Elementwise.scale(t.x(), by, t.y()));
            t.backwardToInput(() -> Elementwise.scale(t.dy(), by, t.dx()));
        }
    }

    /** y = (1 + calls / 100) · x, where the number of calls is in no slot: this is the mistake that the audit must find. */
    record Forgetful() implements Layer {
        static final class Tally implements Operation {
            private final Array x;
            private final Array y;
            private int calls;
            @Ephemeral("only for debugging: nothing reads it")
            private long lastCall;

            Tally(Array x, Array y) {
                this.x = x;
                this.y = y;
            }

            @Override
            public void run(Key key) {
                calls++;
                lastCall = key.bits(0);
                Elementwise.scale(x, 1 + calls / 100.0, y).run(key);
            }
        }

        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            t.forward(new Tally(t.x(), t.y()));
            t.backwardToInput(() -> Elementwise.copy(t.dy(), t.dx()));
        }
    }

    /** y = x + mean, where the running mean is in scratch memory instead of a buffer: it is in no field of any class. */
    public record Remembering() implements Layer {
        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            Array mean = t.scratch(t.x().shape());
            t.forward(Elementwise.scale(mean, 0.9, mean), Elementwise.axpy(0.1, t.x(), mean, mean), Elementwise.add(t.x(), mean, t.y()));
            t.backwardToInput(() -> Elementwise.copy(t.dy(), t.dx()));
        }
    }

    /** y = x; it declares that it adds in no fixed order. */
    public record Scattering() implements Layer {
        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            t.forward(Elementwise.copy(t.x(), t.y()));
            t.backwardToInput(() -> Operation.sequence(Operation.unordered("scattering_bp", Elementwise.copy(t.dy(), t.dx()))));
        }
    }

    /** θ = θ - lr·g. */
    record PlainDescent(double learningRate) implements Optimizer {
        @Override
        public Update wire(Vectors v) {
            ScalarOperation descent = Updates.addScaled(v.grad(), v.theta());
            return (lr, t) -> descent.run(-lr);
        }
    }

    /** 2^-⌊step / every⌋. */
    record Halving(int every) implements LrSchedule {
        @Override
        public double factor(long step, long stepsPerEpoch) {
            return StrictMath.pow(0.5, step / every);
        }
    }

    /** Row loss ½ Σ (x - t)². */
    record HalfDistance() implements Loss {
        @Override
        public void wire(LossWiring t) {
            Array work = t.scratch(t.x().shape());
            t.forward(Elementwise.subtract(t.x(), t.target(), work), Elementwise.square(work, work), Elementwise.scale(work, 0.5, work),
                    Rows.sumOverColumns(work, t.rowLoss()));
            t.backward(() -> Elementwise.subtract(t.x(), t.target(), t.dx()));
        }
    }

    /** 0, slope, 2·slope, ... */
    record Ramp(double slope) implements Initializer {
        @Override
        public double[] values(long[] shape, Key key) {
            return IntStream.range(0, (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)).mapToDouble(i -> slope * i).toArray();
        }
    }

    /** t = 2x - 1 on evenly spaced x. */
    record Line(int rows) implements DataSource {
        @Override
        public LoadedData open(DataFolders folders) {
            float[] x = new float[rows];
            float[] t = new float[rows];
            for (int i = 0; i < rows; i++) {
                x[i] = (float) i / rows;
                t[i] = 2 * x[i] - 1;
            }
            return new LoadedData(Table.ofFloats("line", new long[] {1}, x, new Labels.Reals(1), t), Optional.empty());
        }
    }
}
