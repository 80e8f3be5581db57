package cairn.bench.peers;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import cairn.data.Batch;
import cairn.data.BatchSource;
import cairn.data.Prefetch;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * DJL on libtorch: its trainer makes forward pass, backward pass and step, without listeners. The batches come from Cairn's prefetch, which
 * is faster than the data sets of DJL, because these make an array for every row.
 */
final class DjlTrainer implements BenchmarkTrainer {
    private final Prefetch batches;
    private final BatchSource source;
    private final Model model;
    private final Trainer trainer;
    private final Shape shape;
    private long step;

    DjlTrainer(Work work) throws IOException {
        batches = new Prefetch(work.batches(), 2);
        source = batches;
        model = Model.newInstance(work.name(), "PyTorch");
        model.setBlock(block(work));
        trainer = model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()).optDevices(new Device[] {Device.cpu()})
                .optOptimizer(Adam.builder().optLearningRateTracker(Tracker.fixed(0.001f)).build()));
        int batch = work.parsed().data().batchSize();
        shape = switch (work.name()) {
            case "tiny" -> new Shape(batch, 4);
            case "mlp" -> new Shape(batch, 784);
            default -> new Shape(batch, 1, 28, 28);
        };
        trainer.initialize(shape);
        System.err.println(Engine.getInstance());
    }

    private static Block block(Work work) {
        SequentialBlock net = new SequentialBlock();
        switch (work.name()) {
            case "tiny" -> net.add(linear(16)).add(Activation.reluBlock()).add(linear(3));
            case "mlp" -> net.add(linear(512)).add(Activation.reluBlock()).add(linear(512)).add(Activation.reluBlock()).add(linear(10));
            default -> net.add(convolution(32)).add(Activation.reluBlock()).add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                    .add(convolution(64)).add(Activation.reluBlock()).add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                    .add(Blocks.batchFlattenBlock()).add(linear(128)).add(Activation.reluBlock()).add(linear(10));
        }
        return net;
    }

    private static Block linear(int units) {
        return Linear.builder().setUnits(units).build();
    }

    private static Block convolution(int filters) {
        return Conv2d.builder().setKernelShape(new Shape(3, 3)).optPadding(new Shape(1, 1)).setFilters(filters).build();
    }

    @Override
    public double train(int steps) {
        double sum = 0;
        for (int i = 0; i < steps; i++) {
            Batch batch = source.at(step++);
            try (NDManager m = trainer.getManager().newSubManager()) {
                NDArray x = m.create(FloatBuffer.wrap(batch.features(), 0, (int) shape.size()), shape);
                NDArray y = m.create(Arrays.copyOf(batch.labels(), batch.size()));
                NDArray loss;
                try (GradientCollector collector = trainer.newGradientCollector()) {
                    loss = trainer.getLoss().evaluate(new NDList(y), trainer.forward(new NDList(x), new NDList(y)));
                    collector.backward(loss);
                }
                trainer.step();
                sum += loss.getFloat();
                loss.close();
            }
        }
        return sum / steps;
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
        batches.close();
    }
}
