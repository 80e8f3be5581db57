package cairn.laws;

import cairn.data.Labels;
import cairn.data.Table;
import cairn.data.source.DataFolders;
import cairn.data.source.DataSource;
import cairn.data.source.LoadedData;
import cairn.nn.Buffer;
import cairn.nn.Layer;
import cairn.nn.Loss;
import cairn.nn.LossWiring;
import cairn.nn.Parameter;
import cairn.nn.Wiring;
import cairn.nn.layer.Dense;
import cairn.optim.Optimizer;
import cairn.optim.schedule.LrSchedule;
import cairn.optim.schedule.TrainingTime;
import cairn.random.Key;
import cairn.recipe.Recipe;
import cairn.tensor.Array;
import cairn.tensor.Operation;
import cairn.tensor.op.Elementwise;
import cairn.tensor.op.Rows;
import cairn.tensor.op.ScalarOperation;
import cairn.tensor.op.Updates;
import java.util.List;
import java.util.Optional;

/** A recipe in Java with components that are registered nowhere: data source, layer, loss, optimizer and schedule. */
final class UnregisteredComponents {
    private UnregisteredComponents() {
    }

    static Recipe recipe() {
        return Recipe.named("own").seed(3).dtype(Recipe.Precision.FLOAT64)
                .data(new Waves(150)).batchSize(13).validation(cairn.recipe.SplitSize.of(24)).test(cairn.recipe.SplitSize.of(20))
                .model(Dense.of(6), new Centered(0.2), Dense.of(1))
                .loss(new HalfSquare()).optimizer(new SignDescent(0.02, 0.8)).schedule(new Sawtooth(4))
                .evaluate(TrainingTime.steps(3), "loss").build();
    }

    /** Rows (x, y) with the real target sin x · cos y. */
    record Waves(int rows) implements DataSource {
        @Override
        public LoadedData open(DataFolders folders) {
            float[] x = new float[2 * rows];
            float[] t = new float[rows];
            for (int i = 0; i < rows; i++) {
                x[2 * i] = (float) Key.of(5).gaussian(2L * i);
                x[2 * i + 1] = (float) Key.of(5).gaussian(2L * i + 1);
                t[i] = (float) (StrictMath.sin(x[2 * i]) * StrictMath.cos(x[2 * i + 1]));
            }
            return new LoadedData(Table.ofFloats("waves", new long[] {2}, x, new Labels.Reals(1), t), Optional.empty());
        }
    }

    /** y = g · (x - m), where the buffer m moves by the fraction {@code part} towards the mean of each batch. */
    record Centered(double part) implements Layer {
        @Override
        public List<Parameter> parameters(long[] in) {
            return List.of(Parameter.offset("gain", 1, in));
        }

        @Override
        public List<Buffer> buffers(long[] in) {
            return List.of(new Buffer("mean", in, 0));
        }

        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            Array mean = t.buffer("mean");
            Array centered = t.scratch(t.x().shape());
            Array batchMean = t.scratch(mean.shape());
            if (t.training()) {
                t.forward(Rows.meanOverRows(t.x(), batchMean), Elementwise.scale(mean, 1 - part, mean),
                        Elementwise.axpy(part, batchMean, mean, mean));
            }
            t.forward(Rows.subtractPerColumn(t.x(), mean, centered), Rows.multiplyPerColumn(centered, t.w("gain"), t.y()));
            t.backward(() -> Elementwise.multiply(t.dy(), centered, centered), () -> Rows.sumOverRows(centered, t.dw("gain")));
            t.backwardToInput(() -> Rows.multiplyPerColumn(t.dy(), t.w("gain"), t.dx()));
        }
    }

    /** Row loss ½ Σ (x - t)². */
    record HalfSquare() implements Loss {
        @Override
        public void wire(LossWiring t) {
            Array work = t.scratch(t.x().shape());
            t.forward(Elementwise.subtract(t.x(), t.target(), work), Elementwise.square(work, work), Elementwise.scale(work, 0.5, work),
                    Rows.sumOverColumns(work, t.rowLoss()));
            t.backward(() -> Elementwise.subtract(t.x(), t.target(), t.dx()));
        }
    }

    /** s = decay·s + g;  θ = θ - lr·sign(s). */
    record SignDescent(double learningRate, double decay) implements Optimizer {
        @Override
        public List<String> slots() {
            return List.of("sum");
        }

        @Override
        public Update wire(Vectors v) {
            Array sum = v.slot("sum");
            Operation direction = Operation.sequence(Elementwise.axpy(decay, sum, v.grad(), sum), Elementwise.sign(sum, v.grad()));
            ScalarOperation descent = Updates.addScaled(v.grad(), v.theta());
            return (lr, t) -> {
                direction.run();
                descent.run(-lr);
            };
        }
    }

    /** 1, then less with each step, and 1 again after {@code teeth} steps. */
    record Sawtooth(int teeth) implements LrSchedule {
        @Override
        public double factor(long step, long stepsPerEpoch) {
            return 1.0 / (1 + step % teeth);
        }
    }
}
